internal import CLibbpf
internal import Glibc

/// What the running kernel's own type information (BTF) names: whether it has a function or a
/// type, without asking for its version.
public enum KernelTypes {
    /// A function that a program can hang at: one that asks the security modules (`security_`), is
    /// asked as one (`bpf_lsm_`), or is among the few others that a program here hangs at.
    public static func hasFunction(_ name: String) -> Bool { found[name] != nil }

    /// A type that stands for a tracepoint (`btf_trace_`).
    public static func hasType(_ name: String) -> Bool { found[name] != nil }

    /// How many values a tracepoint gives to a program; nil: the kernel has no such tracepoint.
    public static func values(ofTracepoint name: String) -> Int? { found["btf_trace_" + name] }

    /// Whether a member of a structure is a pointer: of `io_rename` alone.
    public static func hasPointer(_ member: String, in structure: String) -> Bool {
        found["\(structure).\(member)"] != nil
    }

    private static let pointerKind: UInt32 = 2
    private static let structureKind: UInt32 = 4
    private static let typedefKind: UInt32 = 8

    /// BTF_KIND_FUNC and others, which libbpf's headers define twice, and how the names
    /// that are asked for begin.
    private static let wanted: [(kind: UInt32, prefix: String)] = [
        (12, "security_"), (12, "bpf_lsm_"), (12, "do_filp_open"),
        (12, "__x64_sys_personality"), (12, "__ia32_sys_personality"), (typedefKind, "btf_trace_"),
        (structureKind, "io_rename"),
    ]

    /// By name: how many values a tracepoint gives; 0 for others. Read in one pass and once: the
    /// kernel's types are many megabytes.
    private static let found: [String: Int] = {
        guard let types = unsafe btf__load_vmlinux_btf() else { return [:] }
        defer { unsafe btf__free(types) }
        var found: [String: Int] = [:]
        for id in 1..<max(1, unsafe btf__type_cnt(types)) {
            guard let type = unsafe btf__type_by_id(types, id) else { continue }
            let kind = unsafe type.pointee.info >> 24 & 0x1f
            guard wanted.contains(where: { $0.kind == kind }),
                let name = unsafe btf__name_by_offset(types, type.pointee.name_off)
            else { continue }
            for (wantedKind, prefix) in wanted where wantedKind == kind {
                guard unsafe strncmp(name, prefix, prefix.utf8.count) == 0 else { continue }
                var values = 0
                // A pointer to the function that is called.
                if kind == typedefKind,
                    let pointer = unsafe btf__type_by_id(types, type.pointee.type),
                    let function = unsafe btf__type_by_id(types, pointer.pointee.type)
                {
                    // The first one is the kernel's own.
                    values = unsafe max(0, Int(function.pointee.info & 0xffff) - 1)
                }
                let named = unsafe String(cString: name)
                found[named] = values
                guard kind == structureKind else { continue }
                guard let members = unsafe btf_members(type) else { continue }
                for index in 0..<Int(unsafe type.pointee.info & 0xffff) {
                    let member = unsafe members[index]
                    guard let its = unsafe btf__type_by_id(types, member.type),
                        unsafe its.pointee.info >> 24 & 0x1f == pointerKind,
                        let field = unsafe btf__name_by_offset(types, member.name_off)
                    else { continue }
                    found[named + "." + (unsafe String(cString: field))] = 0
                }
            }
        }
        return found
    }()
}
