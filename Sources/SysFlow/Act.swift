/// A rare act: what hardly any service does and nearly every way out of one begins with.
///
/// A record of one (`Operations` bit 22, beyond SysFlow version 5) has its name as the argument.
/// The raw values equal LL_ACT_* of the sensor's ABI.
public enum Act: UInt8, Hashable, Sendable, CaseIterable {
    /// A namespace of its own, by unshare or clone.
    case unshareMount = 1
    case unshareCgroup
    case unshareUTS
    case unshareIPC
    case unshareUser
    case unsharePID
    case unshareNetwork
    case unshareTime
    /// Another's namespace, by setns.
    case setnsMount
    case setnsCgroup
    case setnsUTS
    case setnsIPC
    case setnsUser
    case setnsPID
    case setnsNetwork
    case setnsTime
    /// Attached, seized, or itself to be traced.
    case ptrace
    /// process_vm_readv, process_vm_writev.
    case foreignMemory
    /// pidfd_getfd.
    case foreignDescriptor
    /// Memory made executable that no file vouches for: anonymous, written, or writable.
    case anonymousCode
    /// The mount tree changed, or a mount made.
    case mount
    case chroot
    case bpf
    /// A kernel module loaded or removed.
    case module
    case ioUring
    case rawSocket
    case packetSocket
    case vsock
    /// Of a family or protocol that most programs do not know.
    case rareSocket
    case userfaultfd
    case perf
    /// add_key, request_key, keyctl.
    case keyring
    /// kexec, reboot, swap, I/O ports.
    case machine
    /// open_by_handle_at.
    case handle
    /// A signal to a process that is not of the container.
    case signalOutside
    /// Connected, or sent, to an abstract AF_UNIX socket of a process that is not of the container.
    case socketOutside

    /// As records and profiles write it.
    public var name: String {
        switch self {
        case .unshareMount: "unshare:mount"
        case .unshareCgroup: "unshare:cgroup"
        case .unshareUTS: "unshare:uts"
        case .unshareIPC: "unshare:ipc"
        case .unshareUser: "unshare:user"
        case .unsharePID: "unshare:pid"
        case .unshareNetwork: "unshare:net"
        case .unshareTime: "unshare:time"
        case .setnsMount: "setns:mount"
        case .setnsCgroup: "setns:cgroup"
        case .setnsUTS: "setns:uts"
        case .setnsIPC: "setns:ipc"
        case .setnsUser: "setns:user"
        case .setnsPID: "setns:pid"
        case .setnsNetwork: "setns:net"
        case .setnsTime: "setns:time"
        case .ptrace: "ptrace"
        case .foreignMemory: "foreign-memory"
        case .foreignDescriptor: "foreign-descriptor"
        case .anonymousCode: "anonymous-code"
        case .mount: "mount"
        case .chroot: "chroot"
        case .bpf: "bpf"
        case .module: "module"
        case .ioUring: "io_uring"
        case .rawSocket: "raw-socket"
        case .packetSocket: "packet-socket"
        case .vsock: "vsock"
        case .rareSocket: "rare-socket"
        case .userfaultfd: "userfaultfd"
        case .perf: "perf"
        case .keyring: "keyring"
        case .machine: "machine"
        case .handle: "handle"
        case .signalOutside: "signal-outside"
        case .socketOutside: "socket-outside"
        }
    }

    /// Not an act that a rule is for, but as one in records: a process that serves was told from outside
    /// to reload, and for so many milliseconds, the second argument, has the rights of its start.
    public static let reload = "reload"

    public init?(name: String) {
        guard let act = Self.byName[name] else { return nil }
        self = act
    }

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

/// Beyond version 5: bits that the public tools pass over.
extension Operations {
    /// A capability was used; its name is the argument.
    public static let capability = Self(rawValue: 1 << 21)
    /// A rare act, likewise.
    public static let act = Self(rawValue: 1 << 22)
}
