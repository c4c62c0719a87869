/// How far the actions may go against a service that may only have a wrong profile.
public struct Response: Hashable, Sendable {
    /// Whose death costs more than its own life; killed only where the profile names it. Calls
    /// of theirs that can be refused are.
    public enum Spared: String, Sendable, CaseIterable {
        /// The container's first process: the container ends with it.
        case initProcess = "init"
        /// What the runtime starts in the running container: probes, preStop hooks, a shell.
        case execs
    }

    public var mayKill: Set<Spared>
    /// Refusals and kills in any sixty seconds on a node, of all containers that the profile
    /// holds there. At one more it is monitored until it is loaded again. nil: no bound.
    public var breaker: Int?

    public static let breakerLimit = 60_000

    public init(mayKill: Set<Spared> = [], breaker: Int? = nil) {
        self.mayKill = mayKill
        self.breaker = breaker
    }
}
