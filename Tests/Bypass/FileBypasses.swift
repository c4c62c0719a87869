import ContainerHarness

/// F1 to F3, F6 to F8: files opened and named in unusual ways.
struct FileBypasses {
    let code: ServiceCode

    var all: [Bypass] { opening + naming }

    private var opening: [Bypass] {
        [
            code.reads(
                "F1", "openat2", "openat2 of /etc/shadow",
                #"""
                my ($path, $how) = ("/etc/shadow", pack("QQQ", 0, 0, 0));
                slurp(syscall(437, -100, $path, $how, 24));
                """#),
            code.reads(
                "F1", "openat2-beneath", "openat2 with RESOLVE_BENEATH from an O_PATH directory",
                #"""
                my ($etc, $name, $how) = ("/etc", "shadow", pack("QQQ", 0, 0, 8));
                my $at = syscall(257, -100, $etc, 0x210000);
                slurp(syscall(437, $at, $name, $how, 24));
                """#),
            // RESOLVE_NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH, IN_ROOT and CACHED.
            code.reads(
                "F1", "openat2-each", "openat2 with each RESOLVE flag",
                #"""
                my ($etc, $name, $texts) = ("/etc", "shadow", "");
                my $at = syscall(257, -100, $etc, 0x210000);
                for my $flag (1, 2, 4, 8, 16, 32) {
                    my $how = pack("QQQ", 0, 0, $flag); my $fd = syscall(437, $at, $name, $how, 24);
                    $texts .= slurp($fd) if $fd >= 0; } $texts
                """#),
            code.writes(
                "F1", "creat", "creat of a file below /etc", "/etc/cron.d/x",
                #"""
                my $path = "/tmp/../etc/cron.d/x"; my $fd = syscall(85, $path, 0644);
                syscall(1, $fd, $token, length $token); "fd $fd";
                """#
            ).openingToWrite(),
            code.reads(
                "F1", "o-path-reopened", "an O_PATH descriptor opened again by /proc/self/fd",
                #"""
                my $path = "/etc/shadow"; my $fd = syscall(257, -100, $path, 0x200000);
                open(my $in, "<", "/proc/self/fd/$fd") or return "error $!"; slurp(fileno $in);
                """#),
            code.reads(
                "F1", "dirfd", "openat from an O_PATH directory",
                #"""
                my ($etc, $name) = ("/etc", "shadow");
                my $at = syscall(257, -100, $etc, 0x210000); slurp(syscall(257, $at, $name, 0));
                """#),
            Bypass(
                "F1",
                Attack("open-by-handle", .file, "open_by_handle_at of a file in /run") { target in
                    try target.container.plant(ContainerFile("/run/h", target.canary.secret))
                    let reply = try code.run(
                        #"""
                        chdir("/run") or return "error chdir $!";
                        my ($path, $handle, $mount) = ("h", pack("Ll", 128, 0) . "\0" x 128, "\0" x 4);
                        syscall(303, -100, $path, $handle, $mount, 0) == 0 or return "error name $!";
                        slurp(syscall(304, -100, $handle, 0));
                        """#, in: target)
                    return .byText(reply, has: target.canary.secret, what: "the file was shown")
                }),
            code.reads(
                "F3", "sendfile", "sendfile from /etc/shadow into a pipe",
                #"""
                my $path = "/etc/shadow"; my $fd = syscall(257, -100, $path, 0);
                pipe(my $r, my $w); syscall(40, fileno($w), $fd, 0, 4096); close $w;
                slurp(fileno $r);
                """#),
            code.reads(
                "E1", "comm", "the same by a process that calls itself otherwise",
                #"""
                my $name = "nginx"; syscall(157, 15, $name, 0, 0, 0); $0 = "nginx: worker process";
                open(my $in, "<", "/etc/shadow") or return "error $!"; slurp(fileno $in)
                """#),
            passed,
            code.reads(
                "E15", "compat-open", "open by int 0x80 from code written into memory",
                #"""
                my $page = map_memory(8192, 7, 0x22, -1, 0);
                my ($path, $result) = ($page + 4096, $page + 5000);
                poke($path, "/etc/shadow\0");
                poke($page, "\x53\xb8\x05\0\0\0\xbb" . pack("L", $path) . "\x31\xc9\x31\xd2\xcd\x80"
                    . "\x89\x04\x25" . pack("L", $result) . "\x5b\xc3");
                DynaLoader::dl_install_xsub("main::go", $page); eval { go() };
                slurp(unpack("l", peek($result, 4)));
                """#),
            code.reads(
                "E15", "x32-open", "open by a system call of x32",
                #"my $path = "/etc/shadow"; slurp(syscall(0x40000000 | 2, $path, 0))"#
            ).needing(RunningKernel.hasX32, else: Bypass.noX32),
        ]
    }

    /// What the host has opened is given to a program of the container at its start.
    private var passed: Bypass {
        Bypass(
            "F3",
            Attack("passed-file", .file, "a file that the host has opened is read") { target in
                let uses = "open(my $s, '<&=', 3) or die qq(error $!); print <$s>"
                let file = target.container.rootDirectory + "/etc/shadow"
                return .byResult(
                    try target.exec(uses, givenWhat: "open(my $s, '<', '\(file)') or die;"),
                    has: target.canary.secret, what: "the secret was shown")
            }
        ).withoutTwin("a file that was opened outside of the container has no name in it")
            .notCovered("what the host has opened and passed in it has given; it is recorded")
    }

    private static func writeDeep(
        _ code: ServiceCode, _ levels: Int, _ target: AttackTarget
    ) throws -> Effect {
        let token = Canary.token()
        let reply = try code.run(
            #"""
            chdir("/tmp"); for my $i (1..\#(levels)) {
                my $n = "d" x 100; mkdir($n); chdir($n) or return "error $!"; }
            open(my $out, ">", "f") or return "error $!"; syswrite($out, "\#(token)"); close $out;
            open(my $in, "<", "f") or return "error $!"; slurp(fileno $in)
            """#, in: target)
        return .byText(reply, has: token, what: "the file was written and read")
    }

    private func odd(_ name: String, _ summary: String, _ characters: String) -> Bypass {
        let code = code
        return Bypass(
            "F8",
            Attack(name, .file, summary) { target in
                let token = Canary.token()
                let reply = try code.run(
                    #"""
                    my $n = "/tmp/o\#(characters)"; open(my $out, ">", $n) or return "error $!";
                    syswrite($out, "\#(token)"); close $out;
                    open(my $in, "<", $n) or return "error $!"; slurp(fileno $in)
                    """#, in: target)
                return .byText(reply, has: token, what: "the file was written and read")
            }
        ).openingToWrite()
    }

    private var naming: [Bypass] {
        [
            code.reads(
                "E3", "symlink", "a symlink to /etc/shadow",
                #"symlink("/etc/shadow", "/tmp/l"); open(my $in, "<", "/tmp/l") or return "error $!"; slurp(fileno $in)"#
            ),
            code.reads(
                "E3", "symlinked-directory", "a symlinked directory with ..",
                #"""
                symlink("/etc/ssl", "/tmp/linked");
                open(my $in, "<", "/tmp/linked/../shadow") or return "error $!"; slurp(fileno $in)
                """#),
            code.reads(
                "E3", "proc-self-root", "/proc/self/root/etc/shadow",
                #"open(my $in, "<", "/proc/self/root/etc/shadow") or return "error $!"; slurp(fileno $in)"#
            ),
            code.reads(
                "F7", "proc-root", "/etc/shadow by another process' /proc/PID/root",
                #"my $p = getppid(); open(my $in, "<", "/proc/$p/root/etc/shadow") or return "error $!"; slurp(fileno $in)"#
            ),
            Bypass(
                "F7",
                Attack("proc-environ", .file, "another process' environment") { [code] target in
                    let reply = try code.run(
                        #"my $p = getppid(); open(my $in, "<", "/proc/$p/environ") or return "error $!"; slurp(fileno $in)"#,
                        in: target)
                    return .byText(reply, has: "HOME=/root", what: "the environment was shown")
                }),
            code.does(
                "E14", .file, "proc-mem", "another process' memory opened for writing",
                #"my $p = getppid(); open(my $out, "+<", "/proc/$p/mem") or return "error $!"; "done""#
            ),
            Bypass(
                "F6",
                Attack("deep-path", .file, "a file 30 directories deep, 3,000 bytes long") {
                    [code] target in try Self.writeDeep(code, 30, target)
                }
            ).openingToWrite(),
            Bypass(
                "F6",
                Attack("too-deep-path", .file, "a file 60 directories deep, 6,000 bytes long") {
                    [code] target in try Self.writeDeep(code, 60, target)
                }
            ).openingToWrite().withoutTwin("a path longer than 4,096 bytes can be in no profile"),
            odd("odd-name", "a name with newline, quotes and escapes", #"\n\"\\\x1b"#),
            odd("not-utf8", "a name that is not UTF-8", #"\xff\xfe"#)
                .withoutTwin("a name that is not UTF-8 can be in no profile"),
        ]
    }
}
