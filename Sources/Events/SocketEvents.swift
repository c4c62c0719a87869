/// A process touched a connection for the first time, or the connection's last counters. At its
/// end the header may be another process's: the key says whose.
public struct SocketEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Socket.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    public var key: SocketFlowKey { SocketFlowKey(bytes: bytes, at: Layout.Socket.key) }
    public var counters: FlowCounters { FlowCounters(socket: bytes, at: Layout.Socket.flow) }
    public var fd: Int32 { bytes.s32(Layout.Socket.flow + Layout.SocketFlow.fd) }
    public var localAddress: Address {
        bytes.address(Layout.Socket.flow + Layout.SocketFlow.localAddress)
    }
    public var localPort: UInt16 { bytes.u16(Layout.Socket.flow + Layout.SocketFlow.localPort) }
}

/// bind, listen, socket, shutdown, or a connect that failed.
public struct SocketOperationEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.SocketEvent.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// One LL_OPERATION_*.
    public var operation: UInt32 { bytes.u32(Layout.SocketEvent.operation) }
    /// 0, or a negative errno.
    public var result: Int32 { bytes.s32(Layout.SocketEvent.result) }
    /// AF_*
    public var family: UInt16 { bytes.u16(Layout.SocketEvent.family) }
    /// IPPROTO_*
    public var proto: UInt16 { bytes.u16(Layout.SocketEvent.proto) }
    public var localPort: UInt16 { bytes.u16(Layout.SocketEvent.localPort) }
    public var remotePort: UInt16 { bytes.u16(Layout.SocketEvent.remotePort) }
    public var localAddress: Address { bytes.address(Layout.SocketEvent.localAddress) }
    public var remoteAddress: Address { bytes.address(Layout.SocketEvent.remoteAddress) }
    /// SOCK_*
    public var socketType: UInt32 { bytes.u32(Layout.SocketEvent.socketType) }
    public var fd: Int32 { bytes.s32(Layout.SocketEvent.fd) }
}
