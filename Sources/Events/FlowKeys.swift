/// Key of the kernel's file flow table, `struct ll_file_flow_key`.
public struct FileFlowKey: Hashable, Sendable {
    public var dentry: UInt64
    public var tgid: UInt32
    /// LL_ACCESS_READ and LL_ACCESS_WRITE, as the file is open.
    public var mode: UInt32

    public init(dentry: UInt64, tgid: UInt32, mode: UInt32) {
        self.dentry = dentry
        self.tgid = tgid
        self.mode = mode
    }
}

/// Key of the kernel's socket flow table, `struct ll_socket_flow_key`.
public struct SocketFlowKey: Hashable, Sendable {
    public var sock: UInt64
    public var tgid: UInt32
    public var remotePort: UInt16
    /// IPPROTO_TCP or IPPROTO_UDP.
    public var proto: UInt16
    public var remoteAddress: Address

    public init(
        sock: UInt64, tgid: UInt32, remotePort: UInt16, proto: UInt16, remoteAddress: Address
    ) {
        self.sock = sock
        self.tgid = tgid
        self.remotePort = remotePort
        self.proto = proto
        self.remoteAddress = remoteAddress
    }
}

extension FileFlowKey {
    init(bytes: RawSpan, at offset: Int) {
        self.init(
            dentry: bytes.u64(offset + Layout.FileKey.dentry),
            tgid: bytes.u32(offset + Layout.FileKey.tgid),
            mode: bytes.u32(offset + Layout.FileKey.mode))
    }
}

extension SocketFlowKey {
    init(bytes: RawSpan, at offset: Int) {
        self.init(
            sock: bytes.u64(offset + Layout.SocketKey.sock),
            tgid: bytes.u32(offset + Layout.SocketKey.tgid),
            remotePort: bytes.u16(offset + Layout.SocketKey.remotePort),
            proto: bytes.u16(offset + Layout.SocketKey.proto),
            remoteAddress: bytes.address(offset + Layout.SocketKey.remoteAddress))
    }
}
