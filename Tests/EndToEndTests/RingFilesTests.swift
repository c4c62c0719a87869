import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// Files that are opened, read, renamed and removed by io_uring alone: what was learned of them is
    /// allowed, and no more.
    @Suite(.serialized) struct RingFiles {
        private static let ways = ["descriptor", "direct", "worker"]

        /// Perl: 18 is IORING_OP_OPENAT, 22 IORING_OP_READ, 427 io_uring_register; a direct descriptor
        /// is a place in a table of the ring.
        private static let read = #"""
            my $ring = ring(); my $slot = $way eq "direct" ? 1 : 0;
            my $flags = $way eq "worker" ? 16 : 0;
            my $table = pack("l4", -1, -1, -1, -1); syscall(427, $ring->{fd}, 2, $table, 4);
            my $name = $path . "\0";
            my $fd = submit_to($ring, pack("CCSlQQLLQSSl", 18, $flags, 0, -100, 0, address($name), 0, 0, 1, 0, 0, $slot));
            return "open $fd" if $fd < 0;
            my $text = "\0" x 4096;
            my $got = submit_to($ring, pack("CCSlQQLLQ", 22, $flags | $slot, 0, $slot ? 0 : $fd, 0, address($text), 4096, 0, 2));
            return $got < 0 ? "read $got" : "text " . substr($text, 0, $got);
            """#

        @Test func whatWasLearnedIsAllowedAndNoMore() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                @Sendable func read(
                    _ path: String, _ way: String, _ container: RuncContainer
                ) throws -> String {
                    let code =
                        PerlCalls.memory + PerlCalls.ring
                        + "sub go { my ($path, $way) = @_; \(Self.read) } go('\(path)', '\(way)')"
                    return try service.request(
                        ["eval", TinyProgram.hex(Array(code.utf8))], in: container)
                }
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    for way in Self.ways {
                        try container.plant(ContainerFile("/srv/\(way).txt", "public"))
                        let reply = try read("/srv/\(way).txt", way, container)
                        if reply != "text public" {
                            print("\(way): \(reply)")
                            figures.errors += 1
                        }
                    }
                    return figures
                }
                try held.learn(seconds: 1)
                let watch = try held.watch()
                try held.hold(watch, seconds: 1)
                for way in Self.ways {
                    let before = try watch.alerts().count
                    let reply = try read("/etc/shadow", way, held.container)
                    #expect(!reply.contains("text"), "\(way): \(reply)")
                    let alerts = try watch.alerts(after: before) { $0.object == "/etc/shadow" }
                    #expect(
                        alerts.contains { $0.object == "/etc/shadow" && $0.verdict == "killed" },
                        "\(way): \(alerts)")
                }
                // A ring may be used here; packet sockets, sockets of processes outside and others'
                // places may not be, by whatever makes, connects or binds them.
                let outside = try Self.listener(in: held.container)
                defer { outside.stop() }
                for (act, object) in [
                    (#"submit(pack("CCSlQQLLQ", 45, 0, 0, 17, 3, 0, 3, 0, 1))"#, "packet-socket"),
                    (
                        #"""
                        do { socket(my $s, 1, 1, 0); my $to = pack("Sa*", 1, "\0\#(Self.place)");
                            submit(pack("CCSlQQLLQ",
                                16, 0, 0, fileno $s, length $to, address($to), 0, 0, 1)); }
                        """#, "socket-outside"
                    ),
                    (
                        #"""
                        do { socket(my $s, 1, 1, 0); my $at = pack("Sa*", 1, "/var/own.sock\0");
                            submit(pack("CCSlQQLLQ",
                                56, 0, 0, fileno $s, length $at, address($at), 0, 0, 1)); }
                        """#, "/var/own.sock"
                    ),
                ] {
                    let before = try watch.alerts().count
                    let code =
                        PerlCalls.memory + PerlCalls.ring + "my $r = \(act); \"result $r\""
                    let reply = try service.request(
                        ["eval", TinyProgram.hex(Array(code.utf8))], in: held.container)
                    #expect(!reply.contains("result"), "\(reply)")
                    let alerts = try watch.alerts(after: before) { $0.verdict == "killed" }
                    #expect(
                        alerts.contains { $0.object == object && $0.verdict == "killed" },
                        "\(object): \(alerts)")
                }
                #expect(try watch.stop() == 3, "\(watch.output)")
            }
        }

        private static let place = "loadline-test-ring"

        /// A process outside that listens at an abstract address of the container's network.
        private static func listener(in container: RuncContainer) throws -> Command {
            let command = try Command(
                container.inNetwork([
                    "perl", "-e",
                    #"""
                    $| = 1; socket(my $s, 1, 1, 0); bind($s, pack("Sa*", 1, "\0\#(place)")) or die $!;
                    listen($s, 4); print "ready"; sleep 60;
                    """#,
                ]))
            let end = Patience.deadline(20)
            while !command.output.contains("ready") {
                guard command.isRunning, Date() < end else {
                    throw HarnessError("no listener: \(command.wait(timeout: 0).stderr)")
                }
                usleep(5_000)
            }
            return command
        }

        /// IORING_OP_*, and what stands behind the first four bytes of struct io_uring_sqe: of `$old`, a
        /// file that is there, and of `$new`, a name that is not.
        private static let changes = [
            (36, "-100, 0, address($old), 0, 0"),
            (35, "-100, address($new), address($old), 0xffffff9c, 0"),
            (37, "-100, 0, address($new), 0755, 0"),
            (38, "-100, address($new), address($old), 0, 0"),
            (39, "-100, address($new), address($old), 0xffffff9c, 0"),
        ]

        /// - Returns: what the request came to; something else where its process ended.
        private static func change(
            _ number: Int, of folder: String, _ service: PerlService, _ container: RuncContainer
        ) throws -> String {
            let (operation, entry) = changes[number]
            for name in ["old", "new"] {
                try? FileManager.default.removeItem(
                    atPath: container.rootDirectory + "\(folder)/\(name)")
            }
            try container.plant(ContainerFile("\(folder)/old", "whole"))
            let code =
                PerlCalls.memory + PerlCalls.ring
                    + #"""
                    sub go { my ($old, $new) = ("\#(folder)/old", "\#(folder)/new");
                        my $r = submit(pack("CCSlQQLLQ", \#(operation), 0, 0, \#(entry), 1));
                        select(undef, undef, undef, 0.5); return "result $r"; } go()
                    """#
            return try service.request(["eval", TinyProgram.hex(Array(code.utf8))], in: container)
        }

        @Test func changesOfNamesAreLearnedToo() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    for number in Self.changes.indices {
                        let reply = try Self.change(number, of: "/srv", service, container)
                        if reply != "result 0" {
                            print("\(Self.changes[number]): \(reply)")
                            figures.errors += 1
                        }
                    }
                    return figures
                }
                try held.learn(seconds: 1)
                let watch = try held.watch()
                try held.hold(watch, seconds: 1)
                for number in Self.changes.indices {
                    let before = try watch.alerts().count
                    let reply = try Self.change(number, of: "/var", service, held.container)
                    #expect(!reply.contains("result"), "\(Self.changes[number]): \(reply)")
                    let alerts = try watch.alerts(after: before) { $0.verdict == "killed" }
                    #expect(
                        alerts.contains {
                            ["/var/old", "/var/new"].contains($0.object) && $0.verdict == "killed"
                        }, "\(Self.changes[number]): \(alerts)")
                }
                #expect(try watch.stop() == 3, "\(watch.output)")
            }
        }

        /// A filter of the process' own makes chmod return what only io_uring's requests are told of with,
        /// whose names lie in the kernel's memory: `$at` there is not for a record.
        private static let forged = #"""
            my $p = fork(); if (!$p) {
                my $filter = pack("SCCL" x 4, 0x20, 0, 0, 0, 0x15, 0, 1, 90, 6, 0, 0, 0x50000 | 115,
                    6, 0, 0, 0x7fff0000);
                my $program = pack("Sx6Q", 4, address($filter));
                syscall(157, 38, 1, 0, 0, 0); syscall(157, 22, 2, $program) == 0 or POSIX::_exit(1);
                syscall(90, $at, 0644); syswrite($client, "returned " . ($! + 0)); POSIX::_exit(0);
            } waitpid($p, 0); ""
            """#

        @Test func whatAFilterAnswersReadsNothingOfTheKernel() async throws {
            let line = try Command.run(["grep", " schedule$", "/proc/kallsyms"]).stdout
            let address = try #require(UInt64(line.prefix(16), radix: 16))
            try #require(address != 0, "/proc/kallsyms hides addresses")
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    let code =
                        PerlCalls.memory + "my $at = \(Int64(bitPattern: address)); " + Self.forged
                    let reply = try service.request(
                        ["eval", TinyProgram.hex(Array(code.utf8))], in: container)
                    if !reply.contains("returned 115") {
                        print(reply)
                        figures.errors += 1
                    }
                    return figures
                }
                try held.learn(
                    seconds: 1, losses: ["lost: 1 file operation records: unreadable"])
                let profile = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(profile.contains("/usr/bin/perl"), "\(profile)")
                // The service changes nobody's mode: what it learned of one is the kernel's code.
                #expect(!profile.contains("access: [metadata"), "\(profile)")
            }
        }
    }
}
