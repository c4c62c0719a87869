import ContainerHarness
import Glibc

/// Acts and capabilities for their own sake: injection, memory that is run, namespaces, mounts,
/// sockets without addresses. Each is refused or killed whatever would have come after it.
struct ActBypasses {
    let code: ServiceCode

    var all: [Bypass] { injection + memory + namespaces + kernel + sockets + capabilities }

    private var injection: [Bypass] {
        [
            code.does(
                "E14", .act, "ptrace", "another process of the container traced",
                #"""
                my $p = fork(); if (!$p) { select(undef, undef, undef, 2); POSIX::_exit(0); }
                syscall(101, 16, $p, 0, 0) == 0 or return "error $!";
                waitpid($p, 0); syscall(101, 17, $p, 0, 0); "done"
                """#),
            code.does(
                "E14", .act, "ptrace-seize", "another process traced without a stop",
                #"""
                my $p = fork(); if (!$p) { select(undef, undef, undef, 2); POSIX::_exit(0); }
                syscall(101, 0x4206, $p, 0, 0) == 0 or return "error $!"; "done"
                """#),
            code.does(
                "E15", .act, "ptrace-x32", "another process traced, by a system call of x32",
                #"""
                my $p = fork(); if (!$p) { select(undef, undef, undef, 2); POSIX::_exit(0); }
                syscall(0x40000000 | 521, 0x4206, $p, 0, 0) == 0 or return "error $!"; "done"
                """#
            ).needing(RunningKernel.hasX32, else: Bypass.noX32),
            // The victim says it: the writer is dead by then.
            code.does(
                "E14", .act, "process-vm-write", "another process' memory written",
                Self.victim + #"""
                    syscall(311, $p, $local, 1, $remote, 1, 0); waitpid($p, 0); "end"
                    """#),
            code.does(
                "E14", .act, "process-vm-read", "another process' memory read",
                Self.victim + #"""
                    syscall(310, $p, $local, 1, $remote, 1, 0) == 5 or return "error $!"; "done"
                    """#),
            code.does(
                "F3", .act, "pidfd-getfd", "a descriptor taken out of another process",
                #"""
                pipe(my $in, my $out); my $p = fork();
                if (!$p) { select(undef, undef, undef, 2); POSIX::_exit(0); }
                my $pidfd = syscall(434, $p, 0); return "error pidfd $!" if $pidfd < 0;
                syscall(438, $pidfd, fileno($in), 0) < 0 ? "error $!" : "done"
                """#),
        ]
    }

    /// Waits for its memory to be written, and tells the client.
    private static let victim = #"""
        my $text = "untouched"; my $at = address($text); my $p = fork();
        if (!$p) { select(undef, undef, undef, 1); syswrite($client, "done") if $text =~ /^pwned/;
            POSIX::_exit(0); }
        my $new = "pwned"; my $local = pack("QQ", address($new), 5); my $remote = pack("QQ", $at, 5);

        """#

    private var memory: [Bypass] {
        [
            code.does(
                "E13", .act, "write-then-execute", "memory that was written made executable",
                #"""
                my $page = map_memory(4096, 3, 0x22, -1, 0); poke($page, "\xc3");
                syscall(10, $page, 4096, 5) == 0 ? "done" : "error $!"
                """#),
            code.does(
                "E13", .act, "map-executable", "memory that is writable and executable at once",
                #"map_memory(4096, 7, 0x22, -1, 0) < 0xfffff000 ? "done" : "error $!""#),
            code.does(
                "E13", .act, "implied-executable", "a personality that makes all memory executable",
                #"syscall(135, 0x0400000) < 0 ? "error $!" : "done""#
            ).withoutGate(),
            code.does(
                "E13", .act, "shm-executable", "shared memory attached to be executed",
                #"""
                my $id = syscall(29, 0, 4096, 01700); return "error $!" if $id < 0;
                my $at = syscall(30, $id, 0, 0100000); my $why = $!; syscall(31, $id, 0, 0);
                $at == -1 ? "error $why" : "done"
                """#),
        ]
    }

    private var namespaces: [Bypass] {
        [("mount", 0x20000), ("user", 0x1000_0000), ("net", 0x4000_0000), ("uts", 0x0400_0000)]
            .map { name, flag in
                code.does(
                    "L1", .act, "unshare-only-\(name)", "a \(name) namespace of its own",
                    #"syscall(272, \#(flag)) == 0 ? "done" : "error $!""#)
            } + [
                // The child is what gains: it says so itself.
                code.does(
                    "L1", .act, "clone-user", "a child in a user namespace of its own",
                    #"""
                    my $p = syscall(56, 0x10000011, 0, 0, 0, 0); return "error $!" if $p < 0;
                    if (!$p) { syswrite($client, "done"); POSIX::_exit(0); }
                    waitpid($p, 0); "end"
                    """#),
                code.does(
                    "L1", .act, "setns-uts", "a namespace entered",
                    #"""
                    my $pidfd = syscall(434, $$ + 0, 0); return "error pidfd $!" if $pidfd < 0;
                    syscall(308, $pidfd, 0x04000000) == 0 ? "done" : "error $!"
                    """#),
                code.does(
                    "L1", .act, "pivot-root", "another root, by pivot_root",
                    #"""
                    my $p = fork(); if (!$p) {
                        my ($none, $tmpfs, $at, $root, $dot) = ("none", "tmpfs", "/srv/calm", "/", ".");
                        syscall(272, 0x20000) == 0 or POSIX::_exit(1);
                        syscall(165, $none, $root, 0, 0x44000, 0);
                        syscall(165, $none, $at, $tmpfs, 0, 0) == 0 or POSIX::_exit(2); chdir $at;
                        syswrite($client, "done") if syscall(155, $dot, $dot) == 0; POSIX::_exit(0);
                    } waitpid($p, 0); "status $?"
                    """#),
                code.does(
                    "L1", .act, "chroot-only", "another root",
                    #"chroot("/srv") ? "done" : "error $!""#),
            ]
    }

    private var kernel: [Bypass] {
        [
            code.does(
                "L6", .act, "bpf", "a BPF map made",
                #"""
                my $map = pack("LLLLL", 2, 4, 4, 1, 0) . "\0" x 100;
                syscall(321, 0, $map, 120) < 0 ? "error $!" : "done"
                """#),
            code.does(
                "F2", .act, "io-uring", "a ring of io_uring made",
                #"my $ring = "\0" x 120; syscall(425, 1, $ring) < 0 ? "error $!" : "done""#),
            code.does(
                "T1", .act, "userfaultfd", "faults of its own memory taken over",
                #"syscall(323, 1) < 0 ? "error $!" : "done""#),
            code.does(
                "L6", .act, "keyring", "a key put into the kernel's keyring",
                #"""
                my ($type, $name, $what) = ("user", "loadline", "text");
                syscall(248, $type, $name, $what, 4, -2) < 0 ? "error $!" : "done"
                """#),
            code.does(
                "F5", .act, "fsopen", "a file system begun that is not mounted yet",
                #"my $type = "tmpfs"; syscall(430, $type, 0) < 0 ? "error $!" : "done""#),
            mount,
            loads(
                "module-from-file", "a kernel module loaded from a file",
                #"syscall(313, fileno($in), $none, 0)"#),
            loads(
                "module-from-memory", "a kernel module loaded from memory",
                #"do { local $/; my $image = <$in>; syscall(175, $image, length $image, $none) }"#),
        ]
    }

    /// Loads what the open file `$in` holds. The module lies where the service reads.
    private func loads(_ name: String, _ summary: String, _ call: String) -> Bypass {
        let code = code
        return Bypass(
            "L6",
            Attack(name, .act, summary) { target in
                let path = OrdinaryWork.pages + "/\(OrdinaryWork.pageCount).html"
                if RunningKernel.hasModules {
                    try target.container.plant(
                        ContainerFile(path, try RunningKernel.moduleBytes(), mode: 0o644))
                }
                let reply = try code.run(
                    #"""
                    open(my $in, "<", "\#(path)") or return "error open $!"; my $none = "";
                    \#(call) == 0 ? "loaded" : "error $!"
                    """#, in: target)
                guard RunningKernel.isModuleLoaded else {
                    return .didNotHappen(evidence: "no module; \(reply)")
                }
                try RunningKernel.unloadModule()
                return .happened(evidence: "the module is loaded; the caller: \(reply)")
            }
        )
        .needing(RunningKernel.hasModules, else: "the kernel is built without modules")
        .notCovered(in: [.signal], "it is loaded before its caller is killed")
    }

    /// Looked at from another process: who mounted may be dead.
    private var mount: Bypass {
        let code = code
        return Bypass(
            "F5",
            Attack("mount-only", .act, "a file system mounted") { target in
                try target.container.plant(ContainerFile("/run/mounted/", "", mode: 0o755))
                let first = try code.run(
                    #"""
                    my ($none, $at, $type) = ("none", "/run/mounted", "tmpfs");
                    syscall(165, $none, $at, $type, 0, 0) == 0 ? "mounted" : "error $!"
                    """#, in: target)
                let reply = try code.run(
                    #"(stat("/run/mounted"))[0] != (stat("/run"))[0] ? "done" : "not there""#,
                    in: target)
                let pid = try target.container.pid()
                _ = try Command.run([
                    "nsenter", "-t", "\(pid)", "-m", "umount", "/run/mounted",
                ])
                return .byText(
                    reply, has: "done", what: "the mount is there; the caller: \(first)")
            }
        ).notCovered(in: [.signal], "it is mounted before its caller is killed")
    }

    private var sockets: [Bypass] {
        [
            ("packet", "AF_PACKET", 17, 3, 0), ("raw-ip-socket", "raw IP", 2, 3, 17),
            ("raw-ip6-socket", "raw IPv6", 10, 3, 17), ("vsock", "AF_VSOCK", 40, 1, 0),
            ("udp-lite", "UDP-Lite", 2, 2, 136),
        ].map { name, what, family, type, proto in
            code.does(
                name == "vsock" ? "N5" : "N4", .act, name, "a socket of \(what)",
                #"syscall(41, \#(family), \#(type), \#(proto)) < 0 ? "error $!" : "done""#)
        } + [
            code.does(
                "N5", .act, "sctp", "a socket of SCTP",
                #"syscall(41, 2, 1, 132) < 0 ? "error $!" : "done""#
            ).needing(RunningKernel.hasSCTP, else: "the kernel has no SCTP, or has not loaded it")
        ]
    }

    private var capabilities: [Bypass] {
        let code = code
        return [
            code.does(
                "L9", .capability, "setuid", "another user: CAP_SETUID",
                #"syscall(105, 12345) == 0 ? "done" : "error $!""#),
            Bypass(
                "L9",
                Attack("hostname", .capability, "another host name: CAP_SYS_ADMIN") { target in
                    let name = Canary.token()
                    let first = try code.run(
                        #"my $n = "\#(name)"; syscall(170, $n, length $n) == 0 ? "set" : "error $!""#,
                        in: target)
                    let reply = try code.run("(POSIX::uname())[1]", in: target)
                    return .byText(reply, has: name, what: "the name is set; the caller: \(first)")
                }
            ).notCovered(in: [.signal], "it is set before its caller is killed"),
        ]
    }
}
