import ContainerHarness

/// The same by io_uring.
extension NameBypasses {
    private static let lateByRing =
        "nothing can refuse it in this mode; the agent judges it when a thread of the kernel's is given it"

    /// Requests of io_uring, which a worker of the kernel's does: of `$first`, a file that is there,
    /// and of `$second`, a name that is not.
    var ring: [Bypass] {
        let (old, new) = ("/srv/victim", "/srv/other")
        let isMade: @Sendable (InsideView) -> Bool = { $0.isThere(new) }
        let isGone: @Sendable (InsideView) -> Bool = { !$0.isThere(old) }
        // What struct io_uring_sqe holds behind its first four bytes, from `fd` to `op_flags`.
        let unlink = "-100, 0, address($first), 0, 0"
        let rename = "-100, address($second), address($first), 0xffffff9c, 0"
        return [
            ring("unlink", "unlinkat", 36, unlink, old, isGone),
            ring(
                "unlink-polled", "unlinkat, by a polling thread,", 36, kind: 2, unlink, old, isGone
            ),
            ring("rename", "renameat", 35, rename, old, isGone),
            ring("mkdir", "mkdirat", 37, "-100, 0, address($second), 0755, 0", new, isMade),
            ring(
                "symlink", "symlinkat", 38, "-100, address($second), address($first), 0, 0", new,
                isMade),
            ring("link", "linkat", 39, rename, old, isMade),
            change(
                "io-uring-setxattr", "setxattr by io_uring",
                PerlCalls.ring + #"""
                    my ($path, $name, $value) = ("/srv/victim", "trusted.loadline", "x");
                    submit(pack("CCSlQQLLQSSlQ", 42, 0, 0, 0, address($value), address($name), 1, 0, 1,
                        0, 0, 0, address($path)))
                    """#
            ) { try $0.hasAttribute(old, "trusted.loadline") }
            .killedAfter(in: [.signal], Self.lateByRing).racing(),
        ]
    }

    /// Eight requests that do nothing fill the ring's completions: of the open none is told.
    var unheard: Bypass {
        change(
            "io-uring-create-unheard", "a file made by io_uring, whose completions are full",
            object: "/srv/other",
            PerlCalls.ring + #"""
                my ($ring, $path) = (ring(), "/srv/other");
                submit_all($ring, ("\0" x 64) x 4) for 1, 2;
                submit_all($ring, pack("CCSlQQLLQ", 18, 0, 0, -100, 0, address($path), 0644, 01101, 1))
                """#
        ) { $0.isThere("/srv/other") }
    }

    /// A request that waits for another (IOSQE_IO_LINK), here for a pipe to be read or spliced, while
    /// its path comes to lead elsewhere. 8 is IOSQE_IO_HARDLINK, 15 IORING_OP_LINK_TIMEOUT.
    var waiting: [Bypass] {
        let splice = "30, 4, 0, fileno $out2, ~0, ~0, 1, 0, 1, 0, 0, fileno $in"
        return [
            ("read", "22, 4, 0, fileno $in, 0, address($byte), 1, 0, 1, 0, 0, 0", ""),
            ("splice", splice, ""),
            (
                "splice-timed", splice,
                #"pack("CCSlQQLLQ", 15, 4, 0, -1, 0, address($long), 1, 0, 3),"#
            ),
        ].map { name, head, between in
            change(
                "io-uring-unlink-after-\(name)",
                "unlinkat by io_uring, behind a \(name); then chdir",
                files: [ContainerFile(OrdinaryWork.leftover, "decoy")],
                PerlCalls.ring + #"""
                    my ($ring, $path, $byte, $long) = (ring(), "victim", "x", pack("QQ", 60, 0));
                    pipe(my $in, my $out); pipe(my $in2, my $out2); chdir("/srv/calm");
                    submit_all($ring, pack("CCSlQQLLQSSl", \#(head)), \#(between)
                        pack("CCSlQQLLQ", 36, 0, 0, -100, 0, address($path), 0, 0, 2));
                    select(undef, undef, undef, 0.3); chdir("/srv"); syswrite($out, "x");
                    select(undef, undef, undef, 0.3); chdir("/")
                    """#
            ) { !$0.isThere("/srv/victim") }
            .killedAfter(in: [.signal], Self.lateByRing).racing()
        }
    }

    /// A thread of the kernel's keeps the directory that its process parts with (CLONE_FS).
    var parted: Bypass {
        change(
            "io-uring-unlink-parted",
            "unlinkat by io_uring, in a directory that its thread has alone",
            files: [ContainerFile("/srv/far", "whole")],
            PerlCalls.ring + #"""
                my ($ring, $path) = (ring(), "far"); chdir("/srv");
                submit_to($ring, pack("CCSlQQLLQ", 0, 16, 0, 0, 0, 0, 0, 0, 1));
                syscall(272, 0x200) == 0 or return "error unshare"; chdir("/srv/calm");
                submit_to($ring, pack("CCSlQQLLQ", 36, 0, 0, -100, 0, address($path), 0, 0, 2))
                """#
        ) { !$0.isThere("/srv/far") }
        .naming(nil).withoutTwin("which file it is nobody finds out who could learn it")
        .killedAfter(in: [.signal], Self.lateByRing).racing()
    }

    /// - Parameter kind: IORING_SETUP_*.
    private func ring(
        _ name: String, _ call: String, _ operation: Int, kind: Int = 0,
        _ entry: String, _ object: String, _ happened: @escaping @Sendable (InsideView) -> Bool
    ) -> Bypass {
        change(
            "io-uring-" + name, call + " by io_uring", object: object,
            PerlCalls.ring + #"""
                my ($first, $second) = ("/srv/victim", "/srv/other");
                submit(pack("CCSlQQLLQ", \#(operation), 0, 0, \#(entry), 1), \#(kind))
                """#, happened
        ).killedAfter(in: [.signal], Self.lateByRing).racing()
    }
}
