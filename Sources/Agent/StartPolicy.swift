/// Whether a container waits with its first instruction until its profile is bound.
public enum StartPolicy: Sendable, Equatable {
    case off
    /// It waits, unless the agent has been silent for longer than this; nanoseconds.
    case patient(UInt64)
    /// It waits, whatever becomes of the agent.
    case always

    public static let usual = StartPolicy.patient(5_000_000_000)

    var patience: UInt64? {
        if case .patient(let time) = self { time } else { nil }
    }
}
