/// One record of a trace. Every entity precedes what cites it.
public enum Record: Hashable, Sendable {
    case header(Header)
    case container(Container)
    case process(Process)
    case file(File)
    case processEvent(ProcessEvent)
    case networkFlow(NetworkFlow)
    case fileFlow(FileFlow)
    case fileEvent(FileEvent)
    case networkEvent(NetworkEvent)
    case processFlow(ProcessFlow)
    case pod(Pod)
    case kubernetesEvent(KubernetesEvent)
    /// Only in the dialect `loadline`.
    case loss(Loss)
    /// Only in the dialect `loadline`.
    case verdict(VerdictRecord)
}

/// Something of a container that the recorder did not see. Only in the dialect `loadline`.
public struct Loss: Hashable, Sendable {
    /// Up to when; the count is what was lost since the Loss of the same kind and cause before.
    public var time: Int64
    /// nil: it is not known of which container.
    public var containerID: String?
    /// What would have been recorded: "exec", "file open", "socket event" ...
    public var kind: String
    /// Why it was not: "ring full", "table full" ...
    public var cause: String
    public var count: Int64
    public init(time: Int64, containerID: String?, kind: String, cause: String, count: Int64) {
        self.time = time
        self.containerID = containerID
        self.kind = kind
        self.cause = cause
        self.count = count
    }
}

/// A behaviour that deviated from a profile, and what was done. Only in the dialect `loadline`.
public struct VerdictRecord: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    /// "exec", "file", "egress" or "listen".
    public var dimension: String
    /// "flagged", "denied" or "killed".
    public var outcome: String
    /// What was asked for: "read", "write", "connect" ...
    public var access: [String]
    /// The executable, the file or the endpoint that was asked for.
    public var object: String
    /// The profile's name.
    public var profile: String
    public init(
        process: ProcessID, time: Int64, tid: Int64, dimension: String, outcome: String,
        access: [String], object: String, profile: String
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.dimension = dimension
        self.outcome = outcome
        self.access = access
        self.object = object
        self.profile = profile
    }
}
