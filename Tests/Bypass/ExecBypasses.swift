import ContainerHarness
import Foundation

/// E1 to E19: programs that run, and code that is brought into one that does.
struct ExecBypasses {
    let code: ServiceCode

    var all: [Bypass] { programs + contents + roundabout + interpreters + memory + lineage }

    private var programs: [Bypass] {
        [
            code.executes(
                "E1", "argv0", "cat under the name of the service",
                #"captured($token, sub { exec { "/bin/cat" } "/usr/bin/perl"; "error $!" })"#),
            code.executes(
                "E1", "copied", "a copy of a program in /run", plant: "/run/copied",
                #"captured("", sub { exec "/run/copied"; "error $!" })"#),
            Bypass(
                "E4",
                Attack("hard-link", .exec, "a hard link to cat") { [code] target in
                    let token = Canary.token()
                    try target.container.removeFile("/srv/linked")
                    defer { try? target.container.removeFile("/srv/linked") }
                    let reply = try code.run(
                        #"""
                        link("/usr/bin/cat", "/srv/linked") or return "error $!";
                        captured("\#(token)", sub { exec "/srv/linked"; "error $!" })
                        """#, in: target)
                    return .byText(reply, has: token, what: "the program printed the token")
                }
            ).orStopped(earlierAt: "/usr/bin/cat"),
            code.executes(
                "E3", "linked-program", "a symlink to cat",
                #"symlink("/bin/cat", "/tmp/cl"); captured($token, sub { exec "/tmp/cl"; "error $!" })"#
            ).orStopped(earlierAt: "/tmp/cl"),
            code.executes(
                "E5", "bind-mount", "cat bound over the service's own program",
                #"""
                captured($token, sub {
                    syscall(272, 0x20000) == 0 or return "error unshare $!";
                    my ($from, $to, $none, $root) = ("/usr/bin/cat", "/usr/bin/perl", "none", "/");
                    syscall(165, $none, $root, $none, 0x44000, 0);
                    syscall(165, $from, $to, $none, 0x1000, 0) == 0 or return "error mount $!";
                    exec "/usr/bin/perl"; "error $!" })
                """#),
            code.executes(
                "E7", "loader", "cat by the dynamic loader",
                #"captured($token, sub { exec "/lib64/ld-linux-x86-64.so.2", "/bin/cat"; "error $!" })"#
            ),
            Bypass(
                "E8",
                Attack("memfd", .exec, "a program in memory") { [code] target in
                    let token = Canary.token()
                    let hex = TinyProgram.hex(try TinyProgram.elf(printing: token))
                    let reply = try code.run(
                        "captured('', sub { run_memfd('\(hex)') })", in: target)
                    return .byText(reply, has: token, what: "the program printed the token")
                }),
            code.executes(
                "E8", "execveat-empty", "execveat of an O_PATH descriptor",
                #"""
                captured($token, sub {
                    my ($path, $none) = ("/bin/cat", ""); my $fd = syscall(257, -100, $path, 0x200000);
                    my ($argv, $env) = (pack("p", "cat") . pack("Q", 0), pack("Q", 0));
                    syscall(322, $fd, $none, $argv, $env, 0x1000); "error $!" })
                """#),
            code.executes(
                "E8", "proc-self-fd", "exec by /proc/self/fd",
                #"""
                captured($token, sub {
                    my $path = "/bin/cat"; my $fd = syscall(257, -100, $path, 0x200000);
                    exec "/proc/self/fd/$fd"; "error $!" })
                """#),
            code.executes(
                "E8", "deleted", "a program that has no name any more", plant: "/run/gone",
                #"""
                captured("", sub {
                    my ($path, $none) = ("/run/gone", ""); my $fd = syscall(257, -100, $path, 0x200000);
                    unlink($path); my ($argv, $env) = (pack("p", "x") . pack("Q", 0), pack("Q", 0));
                    syscall(322, $fd, $none, $argv, $env, 0x1000); "error $!" })
                """#
            ).orStopped(earlierAt: "/run/gone"),
            code.executes(
                "E15", "execveat-dirfd", "execveat from a directory",
                #"""
                captured($token, sub {
                    my ($bin, $name) = ("/usr/bin", "cat"); my $at = syscall(257, -100, $bin, 0x210000);
                    my ($argv, $env) = (pack("p", "cat") . pack("Q", 0), pack("Q", 0));
                    syscall(322, $at, $name, $argv, $env, 0); "error $!" })
                """#),
            code.executes(
                "E9", "from-tmp", "a program in /tmp", plant: "/tmp/dropped",
                #"captured("", sub { exec "/tmp/dropped"; "error $!" })"#),
            code.executes(
                "E17", "many-arguments", "a shell with 2,000 arguments",
                #"captured("", sub { exec "/bin/sh", "-c", "echo $token", ("x") x 2000; "error $!" })"#
            ),
            code.executes(
                "E17", "long-argument", "a shell with an argument of 100,000 bytes",
                #"captured("", sub { exec "/bin/sh", "-c", "echo $token", "x" x 100000; "error $!" })"#
            ),
        ]
    }

    private var contents: [Bypass] {
        let (tool, runsTool) = (OrdinaryWork.tool, OrdinaryWork.runsTool)
        return [
            code.executes(
                "E2", "overwritten", "a program whose file was overwritten", plant: tool, runsTool),
            code.executes(
                "E2", "continued", "the same, told to go on while its content is looked at",
                plant: tool,
                #"""
                pipe(my $r, my $w); my $child = fork();
                if (!$child) { open(STDOUT, ">&", $w); exec "\#(tool)"; POSIX::_exit(1); }
                close $w;
                for (1..400000) { kill 'CONT', $child; last if waitpid($child, 1) > 0; }
                sysread($r, my $text, 4096); "read $text"
                """#
            ).notCovered(
                in: [.signal],
                "nothing can refuse the signal, and the agent kills what goes on a moment later"
            ).racing(),
            Bypass(
                "F5",
                Attack(
                    "upper-layer", .exec, "a program overwritten in the overlay's upper layer"
                ) { [code] target in
                    let token = Canary.token()
                    // Looked at once as it was, so that it is the new content that is found out.
                    try target.plantProgram(tool, printing: "as it was")
                    let before = try code.run(runsTool, in: target)
                    guard before.contains("as it was") else {
                        throw HarnessError("\(tool) does not run: \(before)")
                    }
                    try target.container.overwriteInUpperLayer(
                        tool, with: TinyProgram.elf(printing: token))
                    defer { try? target.container.removeFile(tool) }
                    return .byText(
                        try code.run(runsTool, in: target), has: token,
                        what: "the program printed the token")
                }),
            Bypass(
                "E2",
                Attack("renamed-over", .exec, "another program renamed to its path") {
                    [code] target in
                    let token = Canary.token()
                    try target.plantProgram(tool + ".new", printing: token)
                    let view = try InsideView(target.container)
                    try view.move(tool + ".new", to: tool)
                    defer { view.remove(tool) }
                    return .byText(
                        try code.run(runsTool, in: target), has: token,
                        what: "the program printed the token")
                }),
        ]
    }

    /// E6 and E16: a program that is many, and programs that the kernel itself starts.
    private var roundabout: [Bypass] {
        let multiCall = OrdinaryWork.multiCall
        return [
            code.reads(
                "E6", "multi-call-argument", "another applet of an allowed busybox, by argument",
                #"captured("", sub { exec "\#(multiCall)", "cat", "/etc/shadow"; "error $!" })"#),
            Bypass(
                "E6",
                Attack("multi-call-link", .file, "another applet of an allowed busybox, by a link")
                {
                    [code] target in
                    let view = try InsideView(target.container)
                    view.remove("/srv/cat")
                    try view.link("/srv/cat", to: multiCall)
                    defer { view.remove("/srv/cat") }
                    let reply = try code.run(
                        #"captured("", sub { exec "/srv/cat", "/etc/shadow"; "error $!" })"#,
                        in: target)
                    return .byText(reply, has: target.canary.secret, what: "the secret was shown")
                }),
            Bypass(
                "E16",
                Attack("core-pattern", .file, "what the kernel does with a crash") {
                    [code] target in
                    let setting = "/proc/sys/kernel/core_pattern"
                    let before = try String(contentsOfFile: setting, encoding: .utf8)
                    // Not atomically: it is no file that could be replaced.
                    defer { try? before.write(toFile: setting, atomically: false, encoding: .utf8) }
                    let token = Canary.token()
                    let reply = try code.run(
                        #"""
                        syscall(272, 0x20000) == 0 or return "error unshare $!";
                        my ($none, $type, $at, $root) = ("none", "proc", "/run", "/");
                        syscall(165, $none, $root, $none, 0x44000, 0);
                        syscall(165, $none, $at, $type, 0, 0) == 0 or return "error mount $!";
                        open(my $out, ">", "/run/sys/kernel/core_pattern") or return "error $!";
                        syswrite($out, "core.\#(token)") ? "written" : "error write $!"
                        """#, in: target)
                    let after = try String(contentsOfFile: setting, encoding: .utf8)
                    return .byText(
                        after + reply, has: token, what: "the host's core_pattern was changed")
                }),
        ]
    }

    private var interpreters: [Bypass] {
        [
            script("of-an-interpreter", "the service's own", "#!/usr/bin/perl\nprint '%';\n"),
            script("of-a-shell", "a shell", "#!/bin/sh\necho %\n"),
            code.executes(
                "E11", "interpreter-by-argument", "the service's interpreter with code as argument",
                #"captured("", sub { exec "/usr/bin/perl", "-e", "print '$token'"; "error $!" })"#),
        ]
    }

    private func script(_ name: String, _ interpreter: String, _ text: String) -> Bypass {
        let code = code
        return Bypass(
            "E10",
            Attack("script-" + name, .exec, "a script whose interpreter is \(interpreter)") {
                target in
                let token = Canary.token()
                let content = text.replacing("%", with: token)
                try target.container.plant(ContainerFile("/run/script", content, mode: 0o755))
                let reply = try code.run(
                    #"captured("", sub { exec "/run/script"; "error $!" })"#, in: target)
                return .byText(reply, has: token, what: "the script printed the token")
            })
    }

    private var memory: [Bypass] {
        [
            Bypass(
                "E12",
                Attack("dlopen", .file, "a library from /run loaded into the service") {
                    [code] target in
                    let library = URL(filePath: "/usr/lib/x86_64-linux-gnu/libz.so.1")
                    let bytes = [UInt8](try Data(contentsOf: library))
                    try target.container.plant(ContainerFile("/run/l.so", bytes, mode: 0o755))
                    let reply = try code.run(
                        #"DynaLoader::dl_load_file("/run/l.so", 0) ? "done" : "error " . DynaLoader::dl_error()"#,
                        in: target)
                    return .byText(reply, has: "done", what: "the library was loaded")
                })
        ]
    }

    private var lineage: [Bypass] {
        [
            code.executes(
                "E18", "double-fork", "a shell by a grandchild in a session of its own",
                #"""
                captured("", sub {
                    my $pid = fork(); if ($pid) { waitpid($pid, 0); POSIX::_exit(0); }
                    POSIX::setsid(); if (fork()) { POSIX::_exit(0); }
                    exec "/bin/sh", "-c", "echo $token"; "error $!" })
                """#),
            Bypass(
                "E19",
                Attack("exec-probe", .exec, "a shell brought in as by kubectl exec") { target in
                    let token = Canary.token()
                    return .byResult(
                        try target.container.exec(["/bin/sh", "-c", "echo " + token]), has: token,
                        what: "the shell printed the token")
                }),
        ]
    }
}
