public import Kernel
internal import SensorABI
internal import SystemPackage

/// One version of an inode at a path, under one generation of a profile.
public struct ContentVersion: Hashable, Sendable {
    public var pathHash: UInt64 = 0
    public var inode: UInt64 = 0
    /// Nanoseconds since the epoch.
    public var changed: Int64 = 0
    public var size: UInt64 = 0
    public var device: UInt32 = 0
    public var inodeGeneration: UInt32 = 0
    public var policyGeneration: UInt32 = 0
    /// LL_ACCESS_EXECUTE or LL_ACCESS_MAP.
    public var access: UInt32 = 0

    /// The same inode, in whatever version.
    public func isSameFile(as other: ContentVersion) -> Bool {
        (inode, device, inodeGeneration) == (other.inode, other.device, other.inodeGeneration)
    }

    /// The version of the file alone, wherever it lies and whoever asks.
    public var file: ContentVersion {
        var version = self
        version.pathHash = 0
        version.policyGeneration = 0
        version.access = 0
        return version
    }
}

/// What the kernel knows of contents, and who waits for an answer.
///
/// Not safe for use from several threads.
public final class ContentTable {
    /// A thread that runs or maps what nobody has looked at.
    public struct Held: Sendable {
        public var thread: UInt32
        public var process: UInt32
        /// CLOCK_BOOTTIME of the process' beginning, and of the question.
        public var begin: UInt64
        public var heldAt: UInt64
        public var cgroupID: UInt64
        public var slot: UInt32
        /// Else it goes on meanwhile.
        public var isStopped: Bool
        /// The mapping's; nil: its executable is meant.
        public var fd: Int32?
        /// LL_ORIGIN_*
        public var origin: UInt32
        public var path: [UInt8]
        public var version: ContentVersion
    }

    /// An open file as the kernel's hooks see it.
    public struct Seen: Sendable {
        public var version: ContentVersion
        /// How many have it open for writing.
        public var writers: UInt32
    }

    /// How long the kernel takes the word of an agent that it runs; nanoseconds.
    public static let patience: UInt64 = 5_000_000_000
    private static let identifyProgram = "identify_content"

    private let identifier: BPFObject
    private let contents: BPFMap
    private let heldMap: BPFMap
    private let settings: BPFMap

    public init(_ object: BPFObject) throws(KernelError) {
        identifier = try Self.identifier(object)
        contents = try object.map("contents")
        heldMap = try object.map("held_contents")
        settings = try object.map("content_settings")
    }

    /// Says that whoever looks at contents is alive.
    public func beat(now: UInt64) throws(KernelError) {
        try settings.set(
            UInt32(0),
            to: ll_content_settings(
                beat_boottime_ns: now, patience_ns: Self.patience, is_on: 1, reserved0: 0))
    }

    /// From now on what is not known has changed.
    public func end() throws(KernelError) {
        try settings.set(UInt32(0), to: ll_content_settings())
    }

    /// Those that wait now. One call into the kernel where there are none.
    public func held() throws(KernelError) -> [Held] {
        var found: [Held] = []
        for thread in try heldMap.keys(of: UInt32.self) {
            guard let held = try heldMap.value(at: thread, as: ll_held_content.self),
                held.state == UInt32(LL_CONTENT_WAITING)
            else { continue }
            found.append(Held(thread, held))
        }
        return found
    }

    public func forget(thread: UInt32) throws(KernelError) { try heldMap.delete(thread) }

    /// The kernel need not ask again for this version.
    public func note(_ version: ContentVersion, isGood: Bool) throws(KernelError) {
        try contents.set(
            ll_content_key(version), to: UInt32(isGood ? LL_CONTENT_GOOD : LL_CONTENT_CHANGED))
    }

    /// Looks at an open file, at a path under a profile's generation.
    public func identify(
        _ file: ContentFile, at path: [UInt8], generation: UInt32, access: UInt32
    ) throws(KernelError) -> Seen {
        var question = ll_content_question()
        question.fd = file.number
        let answer = try identifier.run(Self.identifyProgram, context: &question)
        guard answer == 0 else {
            throw KernelError("identify an open file", errno: .badFileDescriptor)
        }
        var version = ContentVersion(question.key)
        version.pathHash = PathHash.hash(path)
        version.policyGeneration = generation
        version.access = access
        return Seen(version: version, writers: question.writers)
    }

    /// Where the programs are those of an agent before this one, it has loaded none of its own. To
    /// load one takes what an agent gives up once it has begun.
    private static func identifier(_ object: BPFObject) throws(KernelError) -> BPFObject {
        if try object.fileDescriptor(ofProgram: identifyProgram) >= 0 { return object }
        return try BPFObject(
            bytes: EmbeddedObjects.sensor, only: identifyProgram, onMapsOf: object)
    }
}

extension ContentTable.Held {
    init(_ thread: UInt32, _ held: ll_held_content) {
        self.thread = thread
        process = held.tgid
        begin = held.start_boottime_ns
        heldAt = held.held_boottime_ns
        cgroupID = held.cgroup_id
        slot = held.slot
        isStopped = held.is_stopped != 0
        fd = held.fd < 0 ? nil : held.fd
        origin = held.origin
        path = held.pathBytes
        version = ContentVersion(held.key)
    }
}

extension ContentVersion {
    init(_ key: ll_content_key) {
        pathHash = key.path_hash
        inode = key.inode
        changed = key.ctime_ns
        size = key.size
        device = key.device
        inodeGeneration = key.inode_generation
        policyGeneration = key.policy_generation
        access = key.access
    }
}

extension ll_content_key {
    init(_ version: ContentVersion) {
        self.init(
            path_hash: version.pathHash, inode: version.inode, ctime_ns: version.changed,
            size: version.size, device: version.device, inode_generation: version.inodeGeneration,
            policy_generation: version.policyGeneration, access: version.access)
    }
}
