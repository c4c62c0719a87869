internal import SensorABI

/// A process touched a file for the first time.
public struct FileOpenEvent: ~Escapable {
    private let bytes: RawSpan
    private let end: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        let record = try bytes.record(fixed: Layout.FileOpen.end)
        end =
            try Layout.FileOpen.end
            + record.length(at: Layout.FileOpen.pathLength, limit: Int(LL_PATH_MAX))
        try record.requireData(endingAt: end)
        self.bytes = record
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var key: FileFlowKey { FileFlowKey(bytes: bytes, at: Layout.FileOpen.key) }
    public var inode: UInt64 { bytes.u64(Layout.FileOpen.inode) }
    public var device: UInt32 { bytes.u32(Layout.FileOpen.device) }
    /// S_IFMT and permission bits.
    public var inodeMode: UInt32 { bytes.u32(Layout.FileOpen.inodeMode) }
    /// Linux O_* of the open file.
    public var openFlags: UInt32 { bytes.u32(Layout.FileOpen.openFlags) }
    public var fd: Int32 { bytes.s32(Layout.FileOpen.fd) }
    /// LL_OPERATION_* that made the file known.
    public var operations: UInt32 { bytes.u32(Layout.FileOpen.operations) }
    /// As seen from the container's root.
    public var path: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(Layout.FileOpen.end..<end) }
    }
}

/// A file flow's last counters. The header may be another process's: the key says whose.
public struct FileEndEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.FileEnd.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var key: FileFlowKey { FileFlowKey(bytes: bytes, at: Layout.FileEnd.key) }
    public var counters: FlowCounters { FlowCounters(file: bytes, at: Layout.FileEnd.flow) }
}

/// mkdir, link, rename and their like returned, or io_uring was asked for them.
public struct FileOperationEvent: ~Escapable {
    private let bytes: RawSpan
    private let secondStart: Int
    private let end: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        let record = try bytes.record(fixed: Layout.FileOperation.end)
        secondStart =
            try Layout.FileOperation.end
            + record.length(at: Layout.FileOperation.pathLength, limit: Int(LL_PATH_MAX))
        end =
            try secondStart
            + record.length(at: Layout.FileOperation.secondPathLength, limit: Int(LL_PATH_MAX))
        try record.requireData(endingAt: end)
        self.bytes = record
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// One LL_OPERATION_*.
    public var operation: UInt32 { bytes.u32(Layout.FileOperation.operation) }
    /// 0, or a negative errno; -EINPROGRESS: what comes of it is not known.
    public var result: Int32 { bytes.s32(Layout.FileOperation.result) }
    /// A mode or flags, by operation.
    public var argument: UInt32 { bytes.u32(Layout.FileOperation.argument) }
    /// The paths were joined to their directories; links in them were not resolved.
    public var isPathAsGiven: Bool { pathFlags & LL_PATH_AS_GIVEN != 0 }
    /// LL_PATH_*: how the caller saw its paths.
    public var pathFlags: UInt32 { bytes.u32(Layout.FileOperation.pathFlags) }
    /// LL_ORIGIN_* of the process.
    public var origin: UInt32 { bytes.u32(Layout.FileOperation.origin) }
    public var path: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(Layout.FileOperation.end..<secondStart) }
    }
    /// Empty but for link, symlink, rename and mount.
    public var secondPath: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(secondStart..<end) }
    }
}
