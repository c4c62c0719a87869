/// What somebody has to look at: protection is less than it was, or a container was taken out of
/// service.
public struct Alarm: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// A profile refused and killed more often than its breaker lets it.
        case breaker
        /// A container was frozen, or could not be.
        case quarantine
    }

    public var kind: Kind
    /// Nanoseconds since the epoch.
    public var time: Int64
    public var profile: String
    /// Names of the containers that it is about.
    public var containers: [String]
    /// What happened and what to do.
    public var message: String

    public init(
        kind: Kind, time: Int64, profile: String, containers: [String], message: String
    ) {
        self.kind = kind
        self.time = time
        self.profile = profile
        self.containers = containers
        self.message = message
    }
}
