internal import Workloads

/// How long the starts that are held wait for somebody to be named, and the paths of cgroups that
/// nobody is named for.
struct WaitingStarts {
    /// A path that only a container's has: its runtime's state comes.
    static let certainLimit = UnknownCgroups.limit
    /// A path that may be a container's. Runtimes have written their state by then.
    static let possibleLimit: UInt64 = 1_000_000_000
    /// Paths that are remembered; others are looked for among all cgroups.
    static let pathLimit = 16_384

    /// How old a start is when all runtimes' state is searched for it, and how often that is done.
    static let listingAge: UInt64 = 20_000_000
    static let listingInterval: UInt64 = 250_000_000

    /// How old a start is that is told of as one that does not go on.
    static let stuckAge: UInt64 = 15_000_000_000

    private var paths: [UInt64: String] = [:]
    private var lastListing: UInt64 = 0
    private var firstLooks: [UInt32: UInt64] = [:]
    private var stuck: Set<UInt32> = []

    mutating func note(_ id: UInt64, path: String) {
        if paths.count < Self.pathLimit { paths[id] = path }
    }

    mutating func forget(_ id: UInt64) { paths[id] = nil }

    func path(of id: UInt64) -> String? { paths[id] }

    /// Whether all runtimes' state may be searched now for a start held since then.
    mutating func mayList(_ heldAt: UInt64, _ now: UInt64) -> Bool {
        guard now >= heldAt + Self.listingAge, now >= lastListing + Self.listingInterval else {
            return false
        }
        lastListing = now
        return true
    }

    /// Whether a start waited for as long as it may since it was looked at first: an agent that got
    /// no processor looks late, not in vain.
    /// - Parameter path: its cgroup's; nil: that cannot be found now.
    mutating func isOver(_ process: UInt32, _ path: String?, _ now: UInt64) -> Bool {
        let limit = path.map(Self.limit) ?? Self.possibleLimit
        guard limit > 0 else { return true }
        guard let first = firstLooks[process] else {
            firstLooks[process] = now
            return false
        }
        return now >= first + limit
    }

    /// Whether a start that has waited since then is to be told of, once.
    mutating func isStuck(_ process: UInt32, heldAt: UInt64, _ now: UInt64) -> Bool {
        now >= heldAt + Self.stuckAge && stuck.insert(process).inserted
    }

    /// Nobody is remembered who waits no more; there are as many as the kernel holds at most.
    mutating func keep(_ waiting: [UInt32]) {
        guard !firstLooks.isEmpty || !stuck.isEmpty else { return }
        firstLooks = firstLooks.filter { waiting.contains($0.key) }
        stuck.formIntersection(waiting)
    }

    /// Nanoseconds that a start in this cgroup waits at most.
    private static func limit(_ path: String) -> UInt64 {
        let confidences = CgroupPathShape.candidates(path).map(\.confidence)
        if confidences.contains(.certain) { return certainLimit }
        return confidences.isEmpty ? 0 : possibleLimit
    }
}
