public import SysFlow

/// One act as it is learned and judged: who asked for what access to which object, and when.
public struct Behaviour: Hashable, Sendable {
    /// What is decided about; the raw values equal LL_DIMENSION_* of the sensor's ABI.
    public enum Dimension: UInt8, Sendable, CaseIterable {
        case exec = 1
        case file = 2
        case egress = 3
        case listen = 4
    }

    /// Who asks. For exec this is the image before the exec.
    public enum Subject: Hashable, Sendable {
        /// The container runtime's set-up phase.
        case runtime
        /// A program by the path of its executable.
        case executable(String)
    }

    public enum Object: Hashable, Sendable {
        /// For exec the new image, for file the file or the AF_UNIX socket.
        case path(String)
        /// For egress the remote, for listen the local end.
        case endpoint(proto: TransportProtocol, address: IPAddress, port: UInt16)
    }

    /// Nanoseconds since the epoch.
    public var time: Int64
    public var process: ProcessID
    public var subject: Subject
    public var dimension: Dimension
    public var object: Object
    /// LL_ACCESS_* of the sensor's ABI, as in `FileAccess`; 4 execute, 128 listen.
    public var access: UInt32

    public init(
        time: Int64, process: ProcessID, subject: Subject, dimension: Dimension, object: Object,
        access: UInt32
    ) {
        self.time = time
        self.process = process
        self.subject = subject
        self.dimension = dimension
        self.object = object
        self.access = access
    }
}
