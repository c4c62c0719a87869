internal import SensorABI

/// A process or a thread was made. The header is the parent's.
public struct ForkEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Fork.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var child: ProcessKey {
        ProcessKey(
            tgid: bytes.u32(Layout.Fork.childTgid), start: bytes.u64(Layout.Fork.childStart))
    }
    public var childTid: UInt32 { bytes.u32(Layout.Fork.childTid) }
    public var isThread: Bool { childTid != child.tgid }
}

public struct ProcessFlags: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let tty = Self(rawValue: LL_PROCESS_TTY)
    /// It came from the runtime's set-up phase.
    public static let setup = Self(rawValue: LL_PROCESS_SETUP)
    /// The kernel side kept the first LL_ARGS_MAX bytes of the arguments.
    public static let argsCut = Self(rawValue: LL_PROCESS_ARGS_CUT)
    /// Process 1 of its pid namespace.
    public static let containerInit = Self(rawValue: LL_PROCESS_CONTAINER_INIT)
}

/// A new image was executed, or a process as it was when watching began.
public struct ExecEvent: ~Escapable {
    private let bytes: RawSpan
    private let argsStart: Int
    private let cwdStart: Int
    private let end: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        let record = try bytes.record(fixed: Layout.Exec.end)
        argsStart =
            try Layout.Exec.end + record.length(at: Layout.Exec.exeLength, limit: Int(LL_PATH_MAX))
        cwdStart =
            try argsStart + record.length(at: Layout.Exec.argsLength, limit: Int(LL_ARGS_MAX))
        end = try cwdStart + record.length(at: Layout.Exec.cwdLength, limit: Int(LL_PATH_MAX))
        try record.requireData(endingAt: end)
        self.bytes = record
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var parent: ProcessKey {
        ProcessKey(
            tgid: bytes.u32(Layout.Exec.parentTgid), start: bytes.u64(Layout.Exec.parentStart))
    }
    public var flags: ProcessFlags { ProcessFlags(rawValue: bytes.u32(Layout.Exec.flags)) }
    public var uid: UInt32 { bytes.u32(Layout.Exec.uid) }
    public var gid: UInt32 { bytes.u32(Layout.Exec.gid) }
    public var inode: UInt64 { bytes.u64(Layout.Exec.inode) }
    public var device: UInt32 { bytes.u32(Layout.Exec.device) }
    /// The path of the image, as seen from the container's root.
    public var exe: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(Layout.Exec.end..<argsStart) }
    }
    /// argv, each string ended by a NUL; the last may lack it where the arguments were cut.
    public var args: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(argsStart..<cwdStart) }
    }
    public var cwd: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(cwdStart..<end) }
    }
}

/// A process or one of its threads ended.
public struct ExitEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Exit.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// As wait(2) gives it.
    public var status: Int32 { bytes.s32(Layout.Exit.status) }
    /// One thread ended, the process goes on.
    public var isThread: Bool { bytes.u32(Layout.Exit.isThread) != 0 }
}

/// A call of the setuid family returned.
public struct CredentialsEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Credentials.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var uid: UInt32 { bytes.u32(Layout.Credentials.uid) }
    public var gid: UInt32 { bytes.u32(Layout.Credentials.gid) }
    /// 0, or a negative errno.
    public var result: Int32 { bytes.s32(Layout.Credentials.result) }
    /// The number of the system call.
    public var systemCall: UInt32 { bytes.u32(Layout.Credentials.systemCall) }
}

/// setns or unshare returned.
public struct NamespaceEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Namespace.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// unshare; setns otherwise.
    public var isUnshare: Bool {
        bytes.u32(Layout.Namespace.operation) == UInt32(LL_NAMESPACE_UNSHARE)
    }
    /// CLONE_NEW*; 0 where setns left it to the descriptor.
    public var namespaces: UInt32 { bytes.u32(Layout.Namespace.flags) }
    /// 0, or a negative errno.
    public var result: Int32 { bytes.s32(Layout.Namespace.result) }
}
