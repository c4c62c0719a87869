internal import CLibbpf
internal import Glibc

/// What the agent calls while it runs. Its tests fail where one is missing: a call that is refused
/// is told of as an alarm.
enum AllowedCalls {
    static let all: [CallRule] =
        (files + memory + waiting + threads + itself).map { CallRule($0) } + limited

    /// What only somebody else would call in the agent's name; the process ends before the call.
    /// Enforcement goes on, as it is pinned.
    static let deadly = [
        "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",
        "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
        "mount", "umount2", "fsopen", "fsmount", "move_mount", "open_tree", "mount_setattr",
        "pivot_root", "chroot", "setns", "unshare", "swapon", "swapoff", "iopl", "ioperm",
        "io_uring_setup", "userfaultfd", "perf_event_open", "open_by_handle_at", "keyctl",
        "setuid", "setresuid", "setreuid", "setgid", "setresgid", "setregid", "setgroups",
        "capset", "personality", "settimeofday", "clock_settime", "adjtimex", "acct", "quotactl",
    ]

    /// What the C library tries and can do without; it is not spoken of.
    static let failing: [(CallRule, Int32)] = [
        // It makes threads by clone then, whose flags the filter can see.
        (CallRule("clone3"), ENOSYS),
        // It asks a daemon for the name of a file's owner, and reads /etc/passwd then.
        (CallRule("socket", .equal(argument: 0, UInt64(AF_UNIX))), EACCES),
    ]

    private static let files = [
        "read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "close", "open",
        "openat", "openat2", "fstat", "stat", "lstat", "newfstatat", "statx", "statfs", "fstatfs",
        "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd",
        "fcntl", "flock", "dup", "dup2", "dup3", "pipe2", "mkdir", "mkdirat", "rmdir", "unlink",
        "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "ftruncate", "fsync",
        "fdatasync", "chmod", "fchmod", "fchmodat", "fchown", "umask", "utimensat", "getxattr",
        "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr", "fadvise64",
    ]
    private static let memory = ["munmap", "mremap", "madvise", "brk", "membarrier"]
    private static let waiting = [
        "poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait",
        "epoll_pwait", "eventfd2", "timerfd_create", "timerfd_settime", "nanosleep",
        "clock_nanosleep", "clock_gettime",
        "clock_getres", "gettimeofday", "time", "times", "wait4", "waitid",
    ]
    private static let threads = [
        "futex", "set_robust_list", "get_robust_list", "rseq", "sched_yield", "sched_getaffinity",
        "sched_getparam", "sched_getscheduler", "exit", "exit_group", "restart_syscall",
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack",
    ]
    private static let itself = [
        "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups",
        "getpgrp", "getpgid", "getsid", "getrusage", "getrlimit", "uname", "sysinfo", "getcpu",
        "getrandom", "capget",
        // To whoever CAP_KILL reaches: programs that were stopped at their start.
        "pidfd_open", "pidfd_send_signal",
    ]

    private static let limited =
        bpfCommands.map { CallRule("bpf", .equal(argument: 0, UInt64($0.rawValue))) }
        + [
            // No memory becomes executable, so no code comes in.
            CallRule("mmap", .bits(argument: 2, mask: UInt64(PROT_EXEC), 0)),
            CallRule("mprotect", .bits(argument: 2, mask: UInt64(PROT_EXEC), 0)),
            // Threads, and no processes nor namespaces.
            CallRule(
                "clone",
                .bits(argument: 0, mask: threadFlags | namespaceFlags, threadFlags)),
            // Whether a process lives.
            CallRule("kill", .equal(argument: 1, 0)),
            // abort() ends this process.
            CallRule("tgkill", .equal(argument: 0, UInt64(getpid()))),
            // Of the calling thread: those that hash give way to others.
            CallRule("setpriority", .equal(argument: 1, 0)),
            // Asks for a limit of this process.
            CallRule("prlimit64", .equal(argument: 2, 0)),
        ]
        + [0x5401 /* TCGETS */, 0x5413 /* TIOCGWINSZ */, 0x541b /* FIONREAD */].map {
            CallRule("ioctl", .equal(argument: 1, $0))
        }
        // PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_SET_VMA.
        + [15, 16, 23, 0x5356_4d41].map { CallRule("prctl", .equal(argument: 0, $0)) }

    private static let threadFlags: UInt64 = 0x0001_0100 /* CLONE_THREAD, CLONE_VM */
    private static let namespaceFlags: UInt64 = 0x7e02_0080

    /// No program or link of others is asked for by its number, and no link is detached.
    private static let bpfCommands = [
        BPF_MAP_CREATE, BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM,
        BPF_MAP_GET_NEXT_KEY, BPF_MAP_LOOKUP_AND_DELETE_ELEM, BPF_MAP_LOOKUP_BATCH,
        BPF_MAP_LOOKUP_AND_DELETE_BATCH, BPF_MAP_FREEZE, BPF_MAP_GET_FD_BY_ID, BPF_PROG_LOAD,
        BPF_PROG_TEST_RUN, BPF_PROG_BIND_MAP, BPF_OBJ_PIN, BPF_OBJ_GET,
        BPF_OBJ_GET_INFO_BY_FD, BPF_RAW_TRACEPOINT_OPEN, BPF_LINK_CREATE, BPF_ITER_CREATE,
        BPF_BTF_LOAD,
    ]
}
