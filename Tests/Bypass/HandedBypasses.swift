import ContainerHarness

/// F3: what is done with a descriptor that another program of the container has opened. That one may
/// open the file, the service may not use it, by whatever call.
struct HandedBypasses {
    let code: ServiceCode

    /// Opens the file and becomes the service's interpreter, which gets code (in hexadecimal) and the
    /// descriptor's number.
    static let open = #"""
        $^F = 255; open(my $in, "+<", "/srv/keys") or die "keys: $!";
        exec "/usr/bin/perl", "-e", pack("H*", $ARGV[0]), fileno $in; die "exec: $!"
        """#
    /// Opens the file and sends the descriptor over the socket whose number it gets.
    static let send = #"""
        open(my $in, "+<", "/srv/keys") or die "keys: $!";
        sub at { unpack("Q", pack("p", $_[0])) }
        my ($byte, $held) = ("x", pack("QlllL", 20, 1, 1, fileno $in, 0));
        my $vector = pack("QQ", at($byte), 1);
        my $message = pack("QLLQQQQlL", 0, 0, 0, at($vector), 1, at($held), 24, 0, 0);
        syscall(46, $ARGV[0] + 0, $message, 0) == 1 or die "sendmsg: $!";
        """#
    static let opener = "/srv/opener"

    /// Runs the opener with the code and one argument.
    static func runsOpener(_ code: String, _ argument: String) -> String {
        let hex = TinyProgram.hex(Array(code.utf8))
        return
            #"captured("", sub { $^F = 255; exec "\#(opener)", "-e", pack("H*", "\#(hex)"), \#(argument); "error $!" })"#
    }

    var all: [Bypass] {
        [
            shows("read", "read", #"open(my $in, "<&=", $fd); print <$in>"#),
            shows(
                "preadv2", "read by preadv2",
                #"""
                my $text = "\0" x 256; my $vector = pack("QQ", address($text), 256);
                syscall(327, $fd, $vector, 1, 0, 0, 0); print $text;
                """#),
            shows(
                "splice", "spliced into a pipe",
                #"""
                pipe(my $r, my $w); syscall(275, $fd, 0, fileno $w, 0, 256, 0); close $w; print <$r>
                """#),
            shows(
                "sendfile", "sent into a pipe by sendfile",
                #"""
                pipe(my $r, my $w); syscall(40, fileno $w, $fd, 0, 256); close $w; print <$r>
                """#),
            shows(
                "tee", "spliced into a pipe and from there by tee",
                #"""
                pipe(my $r, my $w); pipe(my $r2, my $w2); syscall(275, $fd, 0, fileno $w, 0, 256, 0);
                syscall(276, fileno $r, fileno $w2, 256, 0); close $w2; print <$r2>
                """#),
            shows("mmap", "mapped", "print peek(map_memory(4096, 1, 2, $fd, 0), 256)"),
            shows(
                "aio", "read by io_submit",
                #"""
                my ($id, $text, $events) = ("\0" x 8, "\0" x 256, "\0" x 32);
                syscall(206, 4, $id) == 0 or die "io_setup: $!"; $id = unpack("Q", $id);
                my $one = pack("QLLSsLQQqQLL", 0, 0, 0, 0, 0, $fd, address($text), 256, 0, 0, 0, 0);
                my $all = pack("Q", address($one));
                syscall(209, $id, 1, $all) == 1 or die "io_submit: $!";
                syscall(208, $id, 1, 1, $events, 0); print $text;
                """#),
            shows(
                "ring", "read by io_uring",
                PerlCalls.ring + #"""
                    my $text = "\0" x 256;
                    submit(pack("CCSlQQLLQ", 22, 0, 0, $fd, 0, address($text), 256, 0, 1)); print $text;
                    """#),
            shows(
                "ring-splice", "spliced into a pipe by io_uring",
                PerlCalls.ring + #"""
                    pipe(my $r, my $w);
                    submit(pack("CCSlQQLLQSSl", 30, 0, 0, fileno $w, ~0, 0, 256, 0, 1, 0, 0, $fd));
                    close $w; print <$r>;
                    """#),
            shows(
                "ring-silent", "read by io_uring, which is told not to say so",
                PerlCalls.ring + #"""
                    open(my $in, "<&=", $fd); my $size = -s $in; my $text = "\0" x $size;
                    submit(pack("CCSlQQLLQ", 22, 64, 0, $fd, 0, address($text), $size, 0, 1));
                    select(undef, undef, undef, 0.5); print $text;
                    """#),
            received, copied, punched, labelled,
        ]
    }

    private func shows(_ name: String, _ summary: String, _ use: String) -> Bypass {
        let run = handed(use)
        return bypass(name, "another program's descriptor, \(summary)") { target in
            .byText(try run(target), has: target.canary.secret, what: "the secret was shown")
        }
    }

    private func handed(_ use: String) -> @Sendable (AttackTarget) throws -> String {
        let code = code
        let whole = TinyProgram.hex(
            Array((PerlCalls.memory + "my $fd = $ARGV[0] + 0; " + use).utf8))
        return { target in
            try target.container.plant(ContainerFile("/srv/keys", target.canary.secret + "\n"))
            return try code.run(Self.runsOpener(Self.open, "\"\(whole)\""), in: target)
        }
    }

    private var received: Bypass {
        bypass("received", "another program's descriptor, received by SCM_RIGHTS") {
            [code] target in
            try target.container.plant(ContainerFile("/srv/keys", target.canary.secret + "\n"))
            let reply = try code.run(
                #"""
                my ($own, $its); { local $^F = 255; socketpair($own, $its, 1, 1, 0); }
                my $number = fileno $its; \#(Self.runsOpener(Self.send, "$number")); close $its;
                my ($byte, $held) = ("x", "\0" x 24); my $vector = pack("QQ", address($byte), 1);
                my $message = pack("QLLQQQQlL", 0, 0, 0, address($vector), 1, address($held), 24, 0, 0);
                syscall(47, fileno $own, $message, 0) == 1 or return "error recvmsg $!";
                slurp(unpack("x16 l", $held))
                """#, in: target)
            return .byText(reply, has: target.canary.secret, what: "the secret was shown")
        }
    }

    private var copied: Bypass {
        let run = handed(
            #"""
            open(my $log, ">", "\#(OrdinaryWork.log)") or die "log: $!"; my ($from, $to) = ("\0" x 8) x 2;
            syscall(326, $fd, $from, fileno $log, $to, 256, 0) > 0 or die "copy_file_range: $!";
            select(undef, undef, undef, 1); print "survived";
            """#)
        return bypass("copy", "another program's descriptor, copied by copy_file_range") { target in
            let reply = try run(target)
            let text = try InsideView(target.container).text(OrdinaryWork.log) ?? ""
            try target.container.plant(ContainerFile(OrdinaryWork.log, "begun\n"))
            guard text.contains(target.canary.secret) else {
                return .didNotHappen(evidence: "no copy; \(reply.prefix(80))")
            }
            return reply.contains("survived")
                ? .happened(evidence: "the secret was copied")
                : .happenedAndEnded(evidence: "it was copied")
        }.killedAfter(in: [.signal], "it is judged when the call has returned")
    }

    private var punched: Bypass {
        let run = handed(
            #"""
            syscall(285, $fd, 3, 0, 4096) == 0 or die "fallocate: $!";
            select(undef, undef, undef, 1); print "survived";
            """#)
        return bypass("fallocate", "another program's descriptor, emptied by fallocate") { target in
            let reply = try run(target)
            let text = try InsideView(target.container).text("/srv/keys") ?? ""
            guard !text.contains(target.canary.secret) else {
                return .didNotHappen(evidence: "the secret is there; \(reply.prefix(80))")
            }
            return reply.contains("survived")
                ? .happened(evidence: "the secret is gone")
                : .happenedAndEnded(evidence: "it is gone")
        }.killedAfter(in: [.signal], "it is judged when the call has returned")
    }

    private var labelled: Bypass {
        let run = handed(
            PerlCalls.ring + #"""
                my ($name, $value) = ("trusted.loadline", "x");
                my $r = submit(pack("CCSlQQLLQ", 41, 0, 0, $fd, address($value), address($name), 1, 0, 1));
                select(undef, undef, undef, 1); print "survived $r";
                """#)
        return bypass(
            "ring-attribute", "another program's descriptor, given an attribute by io_uring"
        ) { target in
            let reply = try run(target)
            guard try InsideView(target.container).hasAttribute("/srv/keys", "trusted.loadline")
            else {
                return .didNotHappen(evidence: "no attribute; \(reply.prefix(80))")
            }
            return reply.contains("survived")
                ? .happened(evidence: "the attribute is there")
                : .happenedAndEnded(evidence: "it is there")
        }.killedAfter(in: [.signal], "it is judged when it completes")
    }

    private func bypass(
        _ name: String, _ summary: String,
        _ act: @escaping @Sendable (AttackTarget) throws -> Effect
    ) -> Bypass {
        Bypass("F3", Attack("handed-" + name, .file, summary, act)).naming("/srv/keys")
    }
}
