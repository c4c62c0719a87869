internal import SensorABI

/// One record of the ring buffer, seen in place: nothing is copied or allocated, and the value
/// does not outlive the bytes. The layouts are those of `loadline_abi.h`.
public enum Event: ~Escapable {
    case fork(ForkEvent)
    case exec(ExecEvent)
    case exit(ExitEvent)
    /// A process that ran before watching began.
    case process(ExecEvent)
    case credentials(CredentialsEvent)
    case namespace(NamespaceEvent)
    case fileOpen(FileOpenEvent)
    case fileOperation(FileOperationEvent)
    case fileEnd(FileEndEvent)
    case socketOpen(SocketEvent)
    case socketEnd(SocketEvent)
    case socketOperation(SocketOperationEvent)
    case verdict(VerdictEvent)
    case cgroup(CgroupEvent)
    case act(ActEvent)
}

extension Event {
    public var header: EventHeader {
        switch self {
        case .fork(let event): event.header
        case .exec(let event), .process(let event): event.header
        case .exit(let event): event.header
        case .credentials(let event): event.header
        case .namespace(let event): event.header
        case .fileOpen(let event): event.header
        case .fileOperation(let event): event.header
        case .fileEnd(let event): event.header
        case .socketOpen(let event), .socketEnd(let event): event.header
        case .socketOperation(let event): event.header
        case .verdict(let event): event.header
        case .cgroup(let event): event.header
        case .act(let event): event.header
        }
    }
}

/// Reads one record of the ring buffer. Bytes after the record's own size are ignored.
@_lifetime(copy bytes)
public func decode(_ bytes: RawSpan) throws(DecodeError) -> Event {
    guard bytes.byteCount >= Layout.Header.end else {
        throw .shorterThanHeader(byteCount: bytes.byteCount)
    }
    switch Int32(bytes.u16(Layout.Header.kind)) {
    case LL_KIND_FORK: return .fork(try ForkEvent(bytes: bytes))
    case LL_KIND_EXEC: return .exec(try ExecEvent(bytes: bytes))
    case LL_KIND_EXIT: return .exit(try ExitEvent(bytes: bytes))
    case LL_KIND_PROCESS: return .process(try ExecEvent(bytes: bytes))
    case LL_KIND_CREDENTIALS: return .credentials(try CredentialsEvent(bytes: bytes))
    case LL_KIND_NAMESPACE: return .namespace(try NamespaceEvent(bytes: bytes))
    case LL_KIND_FILE_OPEN: return .fileOpen(try FileOpenEvent(bytes: bytes))
    case LL_KIND_FILE_OPERATION: return .fileOperation(try FileOperationEvent(bytes: bytes))
    case LL_KIND_FILE_END: return .fileEnd(try FileEndEvent(bytes: bytes))
    case LL_KIND_SOCKET_OPEN: return .socketOpen(try SocketEvent(bytes: bytes))
    case LL_KIND_SOCKET_END: return .socketEnd(try SocketEvent(bytes: bytes))
    case LL_KIND_SOCKET_EVENT: return .socketOperation(try SocketOperationEvent(bytes: bytes))
    case LL_KIND_VERDICT: return .verdict(try VerdictEvent(bytes: bytes))
    case LL_KIND_CGROUP: return .cgroup(try CgroupEvent(bytes: bytes))
    case LL_KIND_ACT: return .act(try ActEvent(bytes: bytes))
    default: throw .unknownKind(bytes.u16(Layout.Header.kind))
    }
}
