internal import CLibbpf

/// What the running kernel's own type information (BTF) names: whether it has a function or a
/// type, without asking for its version.
public enum KernelTypes {
    /// A function that a program can hang at.
    public static func hasFunction(_ name: String) -> Bool {
        has(name, kind: functionKind)
    }

    /// A named type, for example the one that stands for a tracepoint.
    public static func hasType(_ name: String) -> Bool {
        has(name, kind: typedefKind)
    }

    /// BTF_KIND_FUNC and BTF_KIND_TYPEDEF, which libbpf's headers define twice.
    private static let functionKind: UInt32 = 12
    private static let typedefKind: UInt32 = 8

    private static func has(_ name: String, kind: UInt32) -> Bool {
        guard let types = unsafe btf__load_vmlinux_btf() else { return false }
        defer { unsafe btf__free(types) }
        return unsafe btf__find_by_name_kind(types, name, kind) > 0
    }
}
