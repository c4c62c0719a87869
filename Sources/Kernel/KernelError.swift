public import SystemPackage

/// A call into the kernel or libbpf that failed: what was asked, of what, and what
/// the reader can do about it.
public struct KernelError: Error, CustomStringConvertible {
    /// "load the sensor", "attach on_fork".
    public var operation: String
    public var errno: Errno
    /// libbpf's and the verifier's words, if any.
    public var log: String
    public var remedy: String?

    public init(
        _ operation: String, errno: Errno, log: String = "", remedy: String? = nil
    ) {
        self.operation = operation
        self.errno = errno
        self.log = log
        self.remedy = remedy ?? Self.usualRemedy(errno)
    }

    /// What was asked for cannot be done like this.
    public static func unusable(_ operation: String, remedy: String) -> KernelError {
        KernelError(operation, errno: .invalidArgument, remedy: remedy)
    }

    public var description: String {
        var text = "cannot \(operation): \(errno) (errno \(errno.rawValue))"
        if let remedy { text += "; \(remedy)" }
        if !log.isEmpty { text += "\n" + log }
        return text
    }

    private static func usualRemedy(_ errno: Errno) -> String? {
        switch errno {
        case .notPermitted:
            "it needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, or root; `loadline doctor` says more"
        case .noSuchFileOrDirectory:
            "does this kernel have BTF (/sys/kernel/btf/vmlinux)? `loadline doctor` says more"
        default: nil
        }
    }
}
