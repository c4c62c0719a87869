import Glibc

/// By programs that were brought into the container, as by `kubectl exec`; for any service.
public enum ForeignAttacks {
    static let loader = "/lib64/ld-linux-x86-64.so.2"

    public static let all: [Attack] = programs + egress + files

    private static let programs: [Attack] = [
        Attack("foreign-shell", .exec, "a shell is started in the container") { target in
            let token = Canary.token()
            let shell = ["/bin/sh", "-c", "echo " + token]
            return .byResult(
                try target.container.exec(shell), has: token, what: "the shell printed the token")
        },
        Attack("foreign-copied-binary", .exec, "a program copied to /tmp is executed") { target in
            let token = Canary.token()
            try target.plantProgram("/tmp/copied", printing: token)
            defer { try? target.container.removeFile("/tmp/copied") }
            return .byResult(
                try target.container.exec(["/tmp/copied"]), has: token,
                what: "the copied program printed the token")
        },
        Attack("foreign-memfd-exec", .exec, "a program in memory only is executed") { target in
            let token = Canary.token()
            let hex = TinyProgram.hex(try TinyProgram.elf(printing: token))
            let script = PerlScripts.memfd + "print STDERR run_memfd($ARGV[0]);"
            return .byResult(
                try target.container.exec(["/usr/bin/perl", "-e", script, hex]), has: token,
                what: "the program in memory printed the token")
        },
        Attack("foreign-loader-exec", .exec, "the dynamic loader executes cat") { target in
            let token = Canary.token()
            let run = try target.container.exec([loader, "/bin/cat"], input: Array(token.utf8))
            return .byResult(run, has: token, what: "cat passed the token on")
        },
    ]

    private static let egress: [Attack] = ["tcp", "udp"].flatMap { transport in
        [("4", "127.0.0.1"), ("6", "::1"), ("-mapped", "::ffff:127.0.0.1")].map { label, to in
            Attack(
                "foreign-\(transport)\(label)", .egress, "bash sends by \(transport) to \(to) 2345"
            ) { target in
                try target.egress {
                    let path = "/dev/\(transport)/\(to)/\(EgressListener.port)"
                    let script = "echo \(Canary.token()) >\(path)"
                    return try target.container.exec(["/bin/bash", "-c", script]).stderr
                }
            }
        }
    }

    private static let files: [Attack] = [
        Attack("foreign-cat-shadow", .file, "cat reads /etc/shadow") { target in
            .byResult(
                try target.container.exec(["/bin/cat", "/etc/shadow"]), has: target.canary.secret,
                what: "/etc/shadow was shown")
        },
        Attack("foreign-write-cron", .file, "tee writes /etc/cron.d/x") { target in
            let token = Canary.token()
            return try target.writing("/etc/cron.d/x", token) {
                let tee = ["/usr/bin/tee", "/etc/cron.d/x"]
                return try target.container.exec(tee, input: Array(token.utf8)).stderr
            }
        },
        Attack("foreign-listen", .listen, "perl listens on port 2346") { target in
            let token = Canary.token()
            let script = #"""
                use Socket; alarm 60; socket(my $s, PF_INET, SOCK_STREAM, 0) or die;
                setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
                bind($s, pack_sockaddr_in(2346, INADDR_ANY)) or die "bind: $!";
                listen($s, 1) or die "listen: $!"; accept(my $peer, $s); syswrite($peer, $ARGV[0]);
                """#
            let container = target.container
            let pid = try? container.execDetached(["/usr/bin/perl", "-e", script, token])
            if let pid {
                try waitUntil { try container.isListening(2346) || RuncContainer.hasEnded(pid) }
            }
            let reply = try Probe.exchange(in: container, port: 2346, "")
            if let pid {
                if container.isMember(pid) { kill(pid, SIGKILL) }
                waitUntil { RuncContainer.hasEnded(pid) }
            }
            return .byText(reply, has: token, what: "port 2346 answered")
        },
    ]
}
