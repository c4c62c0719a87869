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
        "file_open", "path_mknod", "bprm_check", "socket_connect", "socket_sendmsg",
        "socket_bind", "unix_stream_connect", "unix_may_send",
    ]

    /// The programs that refuse, beside those that every mode has.
    var gates: [String] {
        switch self {
        case .signal: []
        case .fmodRet: Self.hooks.map { "fmod_" + $0 }
        case .lsm: Self.hooks.map { "lsm_" + $0 }
        }
    }
}
