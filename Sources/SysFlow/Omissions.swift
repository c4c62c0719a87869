/// Records that a trace of the dialect `sysflow` has no room for.
public struct Omissions: Hashable, Sendable {
    /// Flows and events with an IPv6 address.
    public var ipv6 = 0
    /// The public tools lose a whole file by one NetworkEvent.
    public var networkEvents = 0
    public var losses = 0
    public var verdicts = 0

    public init() {}

    public var count: Int { ipv6 + networkEvents + losses + verdicts }

    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.ipv6 += b.ipv6
        sum.networkEvents += b.networkEvents
        sum.losses += b.losses
        sum.verdicts += b.verdicts
        return sum
    }

    public var isEmpty: Bool { self == Omissions() }

    /// For people, one line for each kind.
    public var lines: [String] {
        [
            (ipv6, "IPv6 flows and events, for which SysFlow version 5 has no room"),
            (networkEvents, "network events, which the public SysFlow tools cannot read"),
            (losses, "loss records, which SysFlow version 5 does not know"),
            (verdicts, "verdicts, which SysFlow version 5 does not know"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    }

    mutating func count(_ record: Record) {
        switch record {
        case .loss: losses += 1
        case .verdict: verdicts += 1
        default: ipv6 += 1
        }
    }
}
