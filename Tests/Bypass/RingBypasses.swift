import ContainerHarness

/// F2: files opened, read and written by io_uring alone.
struct RingBypasses {
    let code: ServiceCode

    var all: [Bypass] { opening + reading + untold }

    /// Inline and by a worker thread of the kernel (IOSQE_ASYNC).
    private var opening: [Bypass] {
        [("inline", 0), ("worker", 16)].map { name, flags in
            code.reads(
                "F2", "io-uring-open-\(name)", "open by io_uring, \(name)",
                PerlCalls.ring + #"""
                    my $path = "/etc/shadow";
                    slurp(submit(pack("CCSlQQLLQ", 18, \#(flags), 0, -100, 0, address($path), 0, 0, 1)));
                    """#)
        }
    }

    private var reading: [Bypass] {
        [("inline", 0, 0), ("worker", 16, 0), ("direct", 0, 1)].map { name, flags, slot in
            code.reads(
                "F2", "io-uring-read-\(name)", "open and read by io_uring, \(name)",
                Self.table + #"""
                    my $path = "/etc/shadow";
                    my $fd = submit_to($ring, pack("CCSlQQLLQSSl",
                        18, \#(flags), 0, -100, 0, address($path), 0, 0, 1, 0, 0, \#(slot)));
                    my $text = "\0" x 4096;
                    my $got = submit_to($ring, pack("CCSlQQLLQ",
                        22, \#(flags | slot), 0, $fd, 0, address($text), 4096, 0, 2));
                    "open $fd read $got " . substr($text, 0, $got > 0 ? $got : 0);
                    """#)
        }
    }

    /// `$ring`, with a table of four places for files.
    private static let table =
        PerlCalls.ring + #"""
            my $ring = ring(); my $table = pack("l4", -1, -1, -1, -1);
            syscall(427, $ring->{fd}, 2, $table, 4);

            """#

    /// Reads a file of `$size` bytes in the table's first place, untold, into `$text`.
    private static let readUntold = #"""
        select(undef, undef, undef, 0.5); my $text = "\0" x $size;
        submit_to($ring, pack("CCSlQQLLQ", 22, 65, 0, 0, 0, address($text), $size, 0, 2));
        select(undef, undef, undef, 0.5); "read $text"
        """#

    /// A request can ask that nobody is told when it has succeeded (IOSQE_CQE_SKIP_SUCCESS), and a
    /// file be opened into a place of the ring's table, which is no descriptor.
    private var untold: [Bypass] {
        [
            code.reads(
                "F2", "io-uring-read-untold", "open and read by io_uring, direct, without telling",
                Self.table + #"""
                    my $path = "/etc/shadow"; my $size = -s $path;
                    submit_to($ring, pack("CCSlQQLLQSSl",
                        18, 64, 0, -100, 0, address($path), 0, 0, 1, 0, 0, 1));

                    """# + Self.readUntold),
            // RESOLVE_IN_ROOT: the path's root is the directory, and .. leads no further.
            code.reads(
                "F2", "io-uring-read-in-root",
                "the same by openat2, from a directory that is the path's root",
                Self.table + #"""
                    my ($etc, $path, $how) = ("/etc", "/../../shadow", pack("QQQ", 0, 0, 16));
                    my ($at, $size) = (syscall(257, -100, $etc, 0x210000), -s "/etc/shadow");
                    submit_to($ring, pack("CCSlQQLLQSSl",
                        28, 64, 0, $at, address($how), address($path), 24, 0, 1, 0, 0, 1));

                    """# + Self.readUntold
            ).naming("/etc/shadow"),
            code.writes(
                "F2", "io-uring-write-untold",
                "a file made and written by io_uring, direct, without telling", "/etc/cron.d/x",
                Self.table + #"""
                    my $path = "/etc/cron.d/x";
                    submit_to($ring, pack("CCSlQQLLQSSl",
                        18, 64, 0, -100, 0, address($path), 0644, 01101, 1, 0, 0, 1));
                    select(undef, undef, undef, 0.5);
                    submit_to($ring, pack("CCSlQQLLQ",
                        23, 65, 0, 0, 0, address($token), length $token, 0, 2));
                    select(undef, undef, undef, 0.5); "done"
                    """#),
        ].map {
            $0.killedAfter(
                in: [.signal],
                "no hook of this mode sees it happen; the agent judges it when the kernel takes it"
            ).racing()
        }
    }
}
