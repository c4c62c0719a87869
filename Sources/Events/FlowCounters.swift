/// What the kernel counted in one entry of a flow table since it made the entry. The same for
/// files and sockets: receives count as reads, sends as writes.
public struct FlowCounters: Hashable, Sendable {
    /// When the process that owns the entry started; CLOCK_BOOTTIME as all times here.
    public var processStart: UInt64
    /// When the entry was made, which tells it from a later one with the same key.
    public var firstBoottime: UInt64
    public var lastBoottime: UInt64
    public var reads: UInt64
    public var readBytes: UInt64
    public var writes: UInt64
    public var writeBytes: UInt64
    /// 0 for sockets.
    public var opens: UInt64
    /// LL_OPERATION_* seen since the entry was made.
    public var operations: UInt32

    public init(
        processStart: UInt64, firstBoottime: UInt64, lastBoottime: UInt64, reads: UInt64 = 0,
        readBytes: UInt64 = 0, writes: UInt64 = 0, writeBytes: UInt64 = 0, opens: UInt64 = 0,
        operations: UInt32 = 0
    ) {
        self.processStart = processStart
        self.firstBoottime = firstBoottime
        self.lastBoottime = lastBoottime
        self.reads = reads
        self.readBytes = readBytes
        self.writes = writes
        self.writeBytes = writeBytes
        self.opens = opens
        self.operations = operations
    }

    /// Reads the bytes of a `struct ll_file_flow`; nil where there are too few.
    public init?(fileFlow bytes: RawSpan) {
        guard bytes.byteCount >= Layout.FileFlow.end else { return nil }
        self.init(file: bytes, at: 0)
    }

    /// Reads the bytes of a `struct ll_socket_flow`; nil where there are too few.
    public init?(socketFlow bytes: RawSpan) {
        guard bytes.byteCount >= Layout.SocketFlow.end else { return nil }
        self.init(socket: bytes, at: 0)
    }
}

extension FlowCounters {
    init(file bytes: RawSpan, at offset: Int) {
        self.init(
            processStart: bytes.u64(offset + Layout.FileFlow.start),
            firstBoottime: bytes.u64(offset + Layout.FileFlow.first),
            lastBoottime: bytes.u64(offset + Layout.FileFlow.last),
            reads: bytes.u64(offset + Layout.FileFlow.reads),
            readBytes: bytes.u64(offset + Layout.FileFlow.readBytes),
            writes: bytes.u64(offset + Layout.FileFlow.writes),
            writeBytes: bytes.u64(offset + Layout.FileFlow.writeBytes),
            opens: bytes.u64(offset + Layout.FileFlow.opens),
            operations: bytes.u32(offset + Layout.FileFlow.operations))
    }

    init(socket bytes: RawSpan, at offset: Int) {
        self.init(
            processStart: bytes.u64(offset + Layout.SocketFlow.start),
            firstBoottime: bytes.u64(offset + Layout.SocketFlow.first),
            lastBoottime: bytes.u64(offset + Layout.SocketFlow.last),
            reads: bytes.u64(offset + Layout.SocketFlow.receives),
            readBytes: bytes.u64(offset + Layout.SocketFlow.receiveBytes),
            writes: bytes.u64(offset + Layout.SocketFlow.sends),
            writeBytes: bytes.u64(offset + Layout.SocketFlow.sendBytes),
            operations: bytes.u32(offset + Layout.SocketFlow.operations))
    }
}
