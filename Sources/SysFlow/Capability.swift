/// A Linux capability by its number.
///
/// A record of a use (`Operations` bit 21, beyond SysFlow version 5) has its name as the argument.
public struct Capability: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt8

    /// nil: the kernel's sets hold no more than 64.
    public init?(rawValue: UInt8) {
        guard rawValue < 64 else { return nil }
        self.rawValue = rawValue
    }

    /// As in capabilities(7); one that is not known yet is `CAP_41`, by its number.
    public init?(name: String) {
        guard let known = Self.names.firstIndex(of: name) else {
            guard name.hasPrefix("CAP_"), let number = UInt8(name.dropFirst(4)) else { return nil }
            self.init(rawValue: number)
            guard self.name == name else { return nil }
            return
        }
        self.init(rawValue: UInt8(known))
    }

    public var name: String {
        rawValue < Self.names.count ? Self.names[Int(rawValue)] : "CAP_\(rawValue)"
    }

    /// Those that have names, in order of their numbers (include/uapi/linux/capability.h).
    public static let names = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
        "CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
        "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW",
        "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT",
        "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE",
        "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ",
        "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]
}
