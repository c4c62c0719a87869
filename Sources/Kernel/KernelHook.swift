internal import CLibbpf

/// A security function of the kernel, by the name that the security modules know it by.
public enum KernelHook {
    /// Whether this kernel has it, so that a program can hang there.
    public static func exists(_ name: String, forModule: Bool) -> Bool {
        LibbpfLog.begin()
        return unsafe forModule
            ? libbpf_find_vmlinux_btf_id(name, BPF_LSM_MAC) > 0
            : libbpf_find_vmlinux_btf_id("security_" + name, BPF_MODIFY_RETURN) > 0
    }
}
