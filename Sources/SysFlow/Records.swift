/// The SysFlow record model, version 5, with the superset that Loadline keeps in
/// memory (IPv6 addresses). Times are nanoseconds since the Unix epoch.
///
/// Source: the published Avro schemas of sysflow-telemetry/sf-apis, version 5.

/// Identity of a process: when it was created and its id in the host's pid namespace.
public struct ProcessID: Hashable, Sendable {
    /// Nanoseconds since the Unix epoch.
    public var createTime: Int64
    public var hostPID: Int64
    public init(createTime: Int64, hostPID: Int64) {
        self.createTime = createTime
        self.hostPID = hostPID
    }
}

/// Identity of a file: SHA-1 of the container id, then the path.
public struct FileID: Hashable, Sendable {
    public var bytes: [20 of UInt8]
    public init(bytes: [20 of UInt8]) { self.bytes = bytes }
    public static func == (a: FileID, b: FileID) -> Bool {
        for i in 0..<20 where a.bytes[i] != b.bytes[i] { return false }
        return true
    }
    public func hash(into hasher: inout Hasher) {
        // A SHA-1 is uniformly distributed: eight bytes are enough to spread.
        var word: UInt64 = 0
        for i in 0..<8 { word = word << 8 | UInt64(bytes[i]) }
        hasher.combine(word)
    }
}

/// An IPv4 or IPv6 address; IPv4 is held as `::ffff:a.b.c.d`. Bytes in network order.
public struct IPAddress: Hashable, Sendable {
    /// The first eight bytes, big-endian.
    public var high: UInt64
    /// The last eight bytes, big-endian.
    public var low: UInt64
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
    /// An IPv4 address from its four bytes as one big-endian number (127.0.0.1 is 0x7f000001).
    public init(v4 value: UInt32) { self.init(high: 0, low: 0xffff_0000_0000 | UInt64(value)) }
    /// The IPv4 address as one big-endian number, or nil for an IPv6 address.
    public var v4: UInt32? {
        high == 0 && low >> 32 == 0xffff ? UInt32(truncatingIfNeeded: low) : nil
    }
}

public enum ObjectState: Int32, Sendable {
    case created = 0
    case modified, reup
}

public enum ContainerType: Int32, Sendable {
    case docker = 0
    case lxc, libvirtLXC, mesos, rkt, custom, cri, containerd, crio, bpm
}

/// The `opFlags` bits of events and flows.
public struct Operations: OptionSet, Hashable, Sendable {
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }
    public static let clone = Self(rawValue: 1 << 0)
    public static let exec = Self(rawValue: 1 << 1)
    public static let exit = Self(rawValue: 1 << 2)
    public static let setuid = Self(rawValue: 1 << 3)
    public static let setns = Self(rawValue: 1 << 4)
    public static let accept = Self(rawValue: 1 << 5)
    public static let connect = Self(rawValue: 1 << 6)
    public static let open = Self(rawValue: 1 << 7)
    public static let readReceive = Self(rawValue: 1 << 8)
    public static let writeSend = Self(rawValue: 1 << 9)
    public static let close = Self(rawValue: 1 << 10)
    public static let truncate = Self(rawValue: 1 << 11)
    public static let shutdown = Self(rawValue: 1 << 12)
    public static let mmap = Self(rawValue: 1 << 13)
    public static let digest = Self(rawValue: 1 << 14)
    public static let mkdir = Self(rawValue: 1 << 15)
    public static let rmdir = Self(rawValue: 1 << 16)
    public static let link = Self(rawValue: 1 << 17)
    public static let unlink = Self(rawValue: 1 << 18)
    public static let symlink = Self(rawValue: 1 << 19)
    public static let rename = Self(rawValue: 1 << 20)
}

/// Falco's open flags, which SysFlow uses; they are not Linux's.
public struct OpenFlags: OptionSet, Hashable, Sendable {
    public var rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }
    public static let readOnly = Self(rawValue: 1)
    public static let writeOnly = Self(rawValue: 2)
    public static let readWrite = Self(rawValue: 3)
    public static let create = Self(rawValue: 4)
    public static let append = Self(rawValue: 8)
    public static let dsync = Self(rawValue: 16)
    public static let exclusive = Self(rawValue: 32)
    public static let nonblock = Self(rawValue: 64)
    public static let sync = Self(rawValue: 128)
    public static let truncate = Self(rawValue: 256)
    public static let direct = Self(rawValue: 512)
    public static let directory = Self(rawValue: 1024)
    public static let largeFile = Self(rawValue: 2048)
    public static let closeOnExec = Self(rawValue: 4096)
}

public struct Header: Hashable, Sendable {
    public var version: Int64
    public var exporter: String
    public var ip: String
    public var filename: String
    public init(version: Int64 = 5, exporter: String, ip: String = "NA", filename: String = "") {
        self.version = version
        self.exporter = exporter
        self.ip = ip
        self.filename = filename
    }
}

public struct Container: Hashable, Sendable {
    public var id: String
    public var name: String
    public var image: String
    public var imageID: String
    public var type: ContainerType
    public var privileged: Bool
    public var podID: String?
    /// The image's content digest, `sha256:` and 64 digits. Not in version 5.
    public var imageDigest: String?
    /// The id of its cgroup v2 directory on the host that recorded. Not in version 5.
    public var cgroupID: UInt64?
    public init(
        id: String, name: String, image: String, imageID: String, type: ContainerType,
        privileged: Bool, podID: String? = nil, imageDigest: String? = nil, cgroupID: UInt64? = nil
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.imageID = imageID
        self.type = type
        self.privileged = privileged
        self.podID = podID
        self.imageDigest = imageDigest
        self.cgroupID = cgroupID
    }
}

public struct Process: Hashable, Sendable {
    public var state: ObjectState
    public var oid: ProcessID
    /// The parent; nil where it lies outside what is recorded.
    public var parent: ProcessID?
    public var time: Int64
    public var exe: String
    public var exeArgs: String
    public var uid: Int32
    public var userName: String
    public var gid: Int32
    public var groupName: String
    public var tty: Bool
    public var containerID: String?
    /// True for the container's first process; nil where the file is of a version without it.
    public var entry: Bool?
    public var cwd: String
    public var env: [String]
    public init(
        state: ObjectState, oid: ProcessID, parent: ProcessID?, time: Int64, exe: String,
        exeArgs: String, uid: Int32, userName: String = "", gid: Int32, groupName: String = "",
        tty: Bool = false, containerID: String?, entry: Bool? = false, cwd: String = "",
        env: [String] = []
    ) {
        self.state = state
        self.oid = oid
        self.parent = parent
        self.time = time
        self.exe = exe
        self.exeArgs = exeArgs
        self.uid = uid
        self.userName = userName
        self.gid = gid
        self.groupName = groupName
        self.tty = tty
        self.containerID = containerID
        self.entry = entry
        self.cwd = cwd
        self.env = env
    }
}

public struct File: Hashable, Sendable {
    public var state: ObjectState
    public var oid: FileID
    public var time: Int64
    /// ASCII: f file, d directory, p pipe, u UNIX socket, 4, 6, ?.
    public var resourceType: Int32
    public var path: String
    public var containerID: String?
    /// What the path named when it was first used. Not in version 5.
    public var inode: Inode?
    /// SHA-256 of the content, 32 bytes. Not in version 5.
    public var digest: [UInt8]?
    public init(
        state: ObjectState, oid: FileID, time: Int64, resourceType: Int32, path: String,
        containerID: String?, inode: Inode? = nil, digest: [UInt8]? = nil
    ) {
        self.state = state
        self.oid = oid
        self.time = time
        self.resourceType = resourceType
        self.path = path
        self.containerID = containerID
        self.inode = inode
        self.digest = digest
    }
}

/// A file by its device and number on the host that recorded.
public struct Inode: Hashable, Sendable {
    /// The kernel's encoding: major << 20 | minor.
    public var device: UInt32
    public var number: UInt64
    public init(device: UInt32, number: UInt64) {
        self.device = device
        self.number = number
    }
}

public struct ProcessEvent: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    public var operations: Operations
    public var args: [String]
    public var result: Int32
    public init(
        process: ProcessID, time: Int64, tid: Int64, operations: Operations, args: [String] = [],
        result: Int32
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.operations = operations
        self.args = args
        self.result = result
    }
}

/// Operations and bytes of a flow. Receives count as reads, sends as writes.
public struct Volume: Hashable, Sendable {
    public var readOperations: Int64
    public var writeOperations: Int64
    public var readBytes: Int64
    public var writeBytes: Int64
    public init(
        readOperations: Int64 = 0, writeOperations: Int64 = 0, readBytes: Int64 = 0,
        writeBytes: Int64 = 0
    ) {
        self.readOperations = readOperations
        self.writeOperations = writeOperations
        self.readBytes = readBytes
        self.writeBytes = writeBytes
    }
}

public struct NetworkFlow: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    public var operations: Operations
    public var endTime: Int64
    /// The client's side: whoever connected.
    public var source: IPAddress
    public var sourcePort: UInt16
    /// The server's side: whoever accepted.
    public var destination: IPAddress
    public var destinationPort: UInt16
    /// SysFlow's protocol code: IPPROTO_* (6 TCP, 17 UDP).
    public var proto: Int32
    /// nil where the file is of a version without it.
    public var fd: Int32?
    public var volume: Volume
    public init(
        process: ProcessID, time: Int64, tid: Int64, operations: Operations, endTime: Int64,
        source: IPAddress, sourcePort: UInt16, destination: IPAddress, destinationPort: UInt16,
        proto: Int32, fd: Int32?, volume: Volume
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.operations = operations
        self.endTime = endTime
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.proto = proto
        self.fd = fd
        self.volume = volume
    }
}

public struct FileFlow: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    public var operations: Operations
    public var openFlags: OpenFlags
    public var endTime: Int64
    public var file: FileID
    /// nil where the file is of a version without it.
    public var fd: Int32?
    public var volume: Volume
    public init(
        process: ProcessID, time: Int64, tid: Int64, operations: Operations, openFlags: OpenFlags,
        endTime: Int64, file: FileID, fd: Int32?, volume: Volume
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.operations = operations
        self.openFlags = openFlags
        self.endTime = endTime
        self.file = file
        self.fd = fd
        self.volume = volume
    }
}

public struct FileEvent: Hashable, Sendable {
    /// A `result`, -EINPROGRESS: io_uring was asked for it, and what came of it no record says.
    public static let inProgress: Int32 = -115
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    public var operations: Operations
    public var file: FileID
    /// 0, or a negative errno.
    public var result: Int32
    /// The second file of a link, symlink or rename.
    public var newFile: FileID?
    public init(
        process: ProcessID, time: Int64, tid: Int64, operations: Operations, file: FileID,
        result: Int32, newFile: FileID? = nil
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.operations = operations
        self.file = file
        self.result = result
        self.newFile = newFile
    }
}

public struct NetworkEvent: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var tid: Int64
    public var operations: Operations
    public var source: IPAddress
    public var sourcePort: UInt16
    public var destination: IPAddress
    public var destinationPort: UInt16
    public var proto: Int32
    public var result: Int32
    public init(
        process: ProcessID, time: Int64, tid: Int64, operations: Operations, source: IPAddress,
        sourcePort: UInt16, destination: IPAddress, destinationPort: UInt16, proto: Int32,
        result: Int32
    ) {
        self.process = process
        self.time = time
        self.tid = tid
        self.operations = operations
        self.source = source
        self.sourcePort = sourcePort
        self.destination = destination
        self.destinationPort = destinationPort
        self.proto = proto
        self.result = result
    }
}

/// Threads of a process made and ended since the last export.
public struct ProcessFlow: Hashable, Sendable {
    public var process: ProcessID
    public var time: Int64
    public var threadsCloned: Int64
    public var operations: Operations
    public var endTime: Int64
    public var threadsExited: Int64
    public var cloneErrors: Int64
    public init(
        process: ProcessID, time: Int64, threadsCloned: Int64, operations: Operations,
        endTime: Int64, threadsExited: Int64, cloneErrors: Int64
    ) {
        self.process = process
        self.time = time
        self.threadsCloned = threadsCloned
        self.operations = operations
        self.endTime = endTime
        self.threadsExited = threadsExited
        self.cloneErrors = cloneErrors
    }
}

public struct ServicePort: Hashable, Sendable {
    public var port: Int32
    public var targetPort: Int32
    public var nodePort: Int32
    public var proto: String
    public init(port: Int32, targetPort: Int32, nodePort: Int32, proto: String) {
        self.port = port
        self.targetPort = targetPort
        self.nodePort = nodePort
        self.proto = proto
    }
}

public struct Service: Hashable, Sendable {
    public var name: String
    public var id: String
    public var namespace: String
    public var portList: [ServicePort]
    public var clusterIP: [Int64]
    public init(
        name: String, id: String, namespace: String, portList: [ServicePort], clusterIP: [Int64]
    ) {
        self.name = name
        self.id = id
        self.namespace = namespace
        self.portList = portList
        self.clusterIP = clusterIP
    }
}

public struct Pod: Hashable, Sendable {
    public var time: Int64
    public var id: String
    public var name: String
    public var nodeName: String
    public var hostIP: [Int64]
    public var internalIP: [Int64]
    public var namespace: String
    public var restartCount: Int64
    public var labels: [String: String]
    public var selectors: [String: String]
    public var services: [Service]
    public init(
        time: Int64, id: String, name: String, nodeName: String, hostIP: [Int64],
        internalIP: [Int64], namespace: String, restartCount: Int64, labels: [String: String],
        selectors: [String: String], services: [Service]
    ) {
        self.time = time
        self.id = id
        self.name = name
        self.nodeName = nodeName
        self.hostIP = hostIP
        self.internalIP = internalIP
        self.namespace = namespace
        self.restartCount = restartCount
        self.labels = labels
        self.selectors = selectors
        self.services = services
    }
}

public struct KubernetesEvent: Hashable, Sendable {
    public var kind: Int32
    public var action: Int32
    public var time: Int64
    public var message: String
    public init(kind: Int32, action: Int32, time: Int64, message: String) {
        self.kind = kind
        self.action = action
        self.time = time
        self.message = message
    }
}
