public import Baseline
public import Decision

/// A deviation as people and machines are told of it: who did what, what was done
/// about it, and what the profile allows nearest to it.
public struct Alert: Hashable, Sendable {
    public struct ProcessLine: Hashable, Sendable {
        public var pid: UInt32
        public var executable: String
        public init(pid: UInt32, executable: String) {
            self.pid = pid
            self.executable = executable
        }
    }

    /// Why less was done than the profile's action says.
    public enum Restraint: String, Sendable {
        /// The profile does not name who it was among those that may be killed.
        case spared
        /// The profile's breaker opened: from now on it is monitored.
        case breaker
        /// As `spared`, but stopped before the call returned: the container is quarantined.
        case stopped

        public var text: String {
            switch self {
            case .spared: "not killed: the profile's response.mayKill does not name it"
            case .stopped: "stopped, and not killed: response.mayKill does not name it"
            case .breaker: "let pass: the profile's breaker opened, it is monitored from now on"
            }
        }
    }

    /// The path is allowed, and not what lies there.
    public struct Content: Hashable, Sendable {
        public enum State: String, Sendable {
            /// It is none of the contents that the profile names.
            case changed
            /// Nobody could say what it is: no agent ran, or it could not be read.
            case unverified
        }
        public var state: State
        /// SHA-256, hexadecimal.
        public var expected: [String]
        public var found: String?
        public init(state: State, expected: [String], found: String?) {
            self.state = state
            self.expected = expected
            self.found = found
        }
    }

    /// Nanoseconds since the epoch.
    public var time: Int64
    public var containerID: String
    public var containerName: String
    public var image: String?
    public var pod: String?
    public var profile: String
    public var dimension: Dimension
    public var verdict: Verdict
    public var restraint: Restraint?
    /// The executable that asked, as profiles write it; for an exec the one before it.
    public var subject = ""
    /// The act had taken effect before anything was done about it.
    public var isLate = false
    /// The process had begun to serve; false also where the profile makes no difference of it.
    public var isServing = false
    /// nil: it deviates by more than its content.
    public var content: Content?
    /// What was asked for and is not allowed: `read`, `write`, `exec`, `connect`.
    public var access: [String]
    /// The path or the address with its protocol and port.
    public var object: String
    /// The process first, then its parent and so on, as far as the container goes.
    public var lineage: [ProcessLine]
    /// Ancestors that are known no more, or that lie outside the container, are not in `lineage`.
    public var nearest: String
    public var nearestRules: [String]

    public init(
        time: Int64, containerID: String, containerName: String, image: String?, pod: String?,
        profile: String, dimension: Dimension, verdict: Verdict, restraint: Restraint? = nil,
        access: [String], object: String,
        lineage: [ProcessLine], nearest: String, nearestRules: [String]
    ) {
        self.time = time
        self.containerID = containerID
        self.containerName = containerName
        self.image = image
        self.pod = pod
        self.profile = profile
        self.dimension = dimension
        self.verdict = verdict
        self.restraint = restraint
        self.access = access
        self.object = object
        self.lineage = lineage
        self.nearest = nearest
        self.nearestRules = nearestRules
    }
}
