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

    /// Nanoseconds since the epoch.
    public var time: Int64
    public var containerID: String
    public var containerName: String
    public var image: String?
    public var pod: String?
    public var profile: String
    public var dimension: Dimension
    public var verdict: Verdict
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
        profile: String, dimension: Dimension, verdict: Verdict, access: [String], object: String,
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
        self.access = access
        self.object = object
        self.lineage = lineage
        self.nearest = nearest
        self.nearestRules = nearestRules
    }
}
