internal import Kernel

/// How the kernel's answers take effect.
public enum AttachMode: String, Sendable {
    /// Tracepoints and cgroup hooks: exec and file deviations are killed before the call
    /// returns to user space, egress and bind are refused.
    case signal
    /// Exec, open, creation, addresses and AF_UNIX paths are refused by programs that change what
    /// the kernel's security functions return.
    case fmodRet = "fmod_ret"
    /// The same by programs of the BPF security module.
    case lsm

    /// The strongest whose probe program was taken by this kernel and fired.
    /// - Parameter works: whether the probe of a name did; asked of the stronger one first.
    public static func strongest(where works: (String) -> Bool = works) -> AttachMode {
        works("probe_lsm") ? .lsm : works("probe_fmod_ret") ? .fmodRet : .signal
    }

    /// Whether this kernel tells of an exec while the old image is still there. Without it a gate
    /// is needed to judge one.
    static var hasPrepareExec: Bool { works("probe_prepare_exec") }

    /// Whether programs of cgroup hooks can ask for a task's storage. In mode `signal` they judge
    /// addresses; in the others they only tell whose datagram was received.
    static var hasCgroupHooks: Bool { works("probe_task_storage") }

    /// Runs the probe of that name.
    public static func works(_ program: String) -> Bool {
        guard let probe = Probe.all.first(where: { $0.program == program }) else { return false }
        return probe.run() == nil
    }

    /// The kernel's security functions at which the programs of a mode hang, by their names there.
    private static let hooks = [
        "file_open", "bprm_check", "socket_connect", "socket_sendmsg", "socket_bind",
        "unix_stream_connect", "unix_may_send", "file_permission", "mmap_file",
        "socket_recvmsg",
    ]
    /// Those of names and attributes, of which a kernel may lack some (built without
    /// CONFIG_SECURITY_PATH, or older than 6.2): it judges the others all the same.
    private static let nameHooks = [
        "path_mknod", "path_mkdir", "path_symlink", "path_unlink", "path_rmdir", "path_rename",
        "path_link", "inode_create", "inode_mknod", "inode_mkdir", "inode_symlink", "inode_unlink",
        "inode_rmdir", "inode_rename", "inode_link", "path_truncate", "path_chmod", "path_chown",
        "inode_setxattr",
        "inode_removexattr", "file_truncate", "inode_set_acl", "inode_remove_acl",
    ]
    /// Where they are absent, others are asked in their place.
    private static let laterHooks = ["file_truncate", "inode_set_acl", "inode_remove_acl"]

    /// Those at which rare acts and capabilities are refused. A kernel may lack one: what it
    /// stands for is judged when the call returns.
    private static let actHooks = [
        "capable", "ptrace_access_check", "ptrace_traceme", "file_mprotect",
        "sb_mount", "sb_umount", "sb_pivotroot", "move_mount", "path_chroot", "socket_create",
        "bpf", "bpf_map", "uring_allowed", "perf_event_open", "kernel_read_file",
        "kernel_load_data",
        "userns_create", "task_kill", "task_alloc", "inode_init_security_anon", "key_alloc",
        "key_permission",
    ]

    /// The kernel's own name of a security function, where that of the module's hook is another.
    private static let functionNames = ["userns_create": "create_user_ns"]

    /// The programs that refuse, beside those that every mode has.
    var gates: [String] {
        switch self {
        case .signal: []
        case .fmodRet:
            (Self.hooks + nameHooksHere).map { "fmod_" + $0 } + Self.acts("fmod_", "security_")
        case .lsm: (Self.hooks + nameHooksHere).map { "lsm_" + $0 } + Self.acts("lsm_", "bpf_lsm_")
        }
    }

    /// What a gate cannot know is looked at when the kernel's function returns; and one call that
    /// asks no security function.
    private static let exitPrograms = [
        ("on_opened", "do_filp_open"), ("on_personality_x64", "__x64_sys_personality"),
        ("on_personality_ia32", "__ia32_sys_personality"),
    ]

    var exits: [String] {
        guard self != .signal else { return [] }
        return Self.exitPrograms.filter { KernelTypes.hasFunction($0.1) }.map(\.0)
    }

    /// The gates of acts that no kernel lacks but by its configuration.
    private static let laterActHooks = ["uring_allowed", "bpf_map", "bpf", "perf_event_open"]

    /// Whether the gates do all that is needed to hold a container to its profile. `fmod_ret` has
    /// gates that can be skipped where the kernel preempts itself.
    var gatesAreWhole: Bool {
        guard self != .signal, missingNameHooks.isEmpty,
            exits.count == Self.exitPrograms.count,
            self == .lsm || !Preemption.mayHappen
        else { return false }
        let acts =
            self == .lsm ? Self.acts("", "bpf_lsm_") : Self.acts("", "security_")
        return Self.actHooks.allSatisfy { acts.contains($0) || Self.laterActHooks.contains($0) }
    }

    private static func acts(_ program: String, _ function: String) -> [String] {
        actHooks.filter { hook in
            let name = function == "security_" ? functionNames[hook] ?? hook : hook
            return KernelTypes.hasFunction(function + name)
        }.map { program + $0 }
    }

    /// The tracepoints that judge what no gate does, in mode `signal` only, where this kernel has
    /// them. Without that of memory's lock process_vm_writev is judged when it returns.
    var actTracepoints: [String] {
        guard self == .signal else { return [] }
        return (KernelTypes.hasType("btf_trace_mmap_lock_start_locking") ? ["on_memory_lock"] : [])
            + (Self.tellsOfCapabilities ? ["on_capable"] : [])
            + (Self.judgesDatagrams ? ["on_data_ready"] : [])
    }

    /// Kernels from 6.14 tell of each capability that is asked for.
    static var tellsOfCapabilities: Bool { KernelTypes.hasType("btf_trace_cap_capable") }

    /// What io_uring does, which no system call returns from.
    static var ringPrograms: [String] { ringCompletions + ringFiles + ringRequests }

    /// What it completes: the kernel tells of it in one of two ways, or in one that is not known here.
    private static var ringCompletions: [String] {
        let full =
            KernelTypes.values(ofTracepoint: "io_uring_cqe_overflow") == 5
            ? ["on_ring_overflow"] : []
        return ringCompletionsWithRoom + full
    }

    private static var ringCompletionsWithRoom: [String] {
        switch KernelTypes.values(ofTracepoint: "io_uring_complete") {
        case 3: ["on_ring_complete"]
        case 7: ["on_ring_complete_parts"]
        default: []
        }
    }

    /// Where it takes a file by its descriptor.
    private static var ringFiles: [String] {
        KernelTypes.values(ofTracepoint: "io_uring_file_get") == 2 ? ["on_ring_file"] : []
    }

    /// What it is asked for, when it takes that, which had another name before Linux 6.3, and when a
    /// thread of the kernel's is given it.
    private static var ringRequests: [String] {
        guard KernelTypes.values(ofTracepoint: "io_uring_queue_async_work") == 2 else { return [] }
        if KernelTypes.values(ofTracepoint: "io_uring_submit_req") == 1 {
            return ["on_ring_request", "on_ring_work"]
        }
        if KernelTypes.values(ofTracepoint: "io_uring_submit_sqe") == 2 {
            return ["on_ring_request_old", "on_ring_work"]
        }
        return []
    }

    /// Whether calls on names by io_uring are recorded, and judged in mode `signal`.
    public static var tellsOfRingRequests: Bool {
        !ringRequests.isEmpty && KernelTypes.hasPointer("oldpath", in: "io_rename")
    }

    /// Whether mode `signal` judges AF_UNIX datagrams without a connect: kernels from 6.3 tell of
    /// what arrives at a socket, in the sender's context where it is of that family.
    public static var judgesDatagrams: Bool { KernelTypes.hasType("btf_trace_sk_data_ready") }

    /// Whether capabilities are judged at all.
    public var judgesCapabilities: Bool { self != .signal || Self.tellsOfCapabilities }

    private var nameHooksHere: [String] {
        Self.nameHooks.filter {
            KernelTypes.hasFunction((self == .lsm ? "bpf_lsm_" : "security_") + $0)
        }
    }

    /// Security functions of names and attributes that this kernel lacks: what only they are asked
    /// about is judged after its effect, as in `signal`.
    public var missingNameHooks: [String] {
        guard self != .signal else { return Self.nameHooks }
        let here = nameHooksHere
        return Self.nameHooks.filter { !here.contains($0) && !Self.laterHooks.contains($0) }
    }
}
