import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// Connections and binds that no system call of theirs returns from: what was learned of them
    /// is allowed, and no more.
    @Suite(.serialized) struct BegunConnections {
        private struct Way {
            var name: String
            var port: Int
            var code: String
        }

        private static let ways = [
            Way(name: "io_uring, inline", port: 2351, code: connects(flags: 0, type: 1)),
            Way(name: "io_uring, worker", port: 2352, code: connects(flags: 16, type: 1)),
            Way(name: "io_uring, datagrams", port: 2353, code: connects(flags: 0, type: 2)),
            Way(name: "MSG_FASTOPEN", port: 2354, code: sends(protocol: 0)),
            Way(name: "MSG_FASTOPEN, multipath TCP", port: 2355, code: sends(protocol: 262)),
            Way(name: "bind by io_uring", port: 2356, code: binds),
        ]

        /// Nobody listens: it has begun, and that is what is judged.
        private static func connects(flags: Int, type: Int) -> String {
            #"""
            socket(my $s, 2, \#(type), 0); my $to = in4($port);
            my $r = submit(pack("CCSlQQLLQ", 16, \#(flags), 0, fileno($s), 16, address($to), 0, 0, 1));
            $r == 0 || $r == -111 ? "begun" : "refused $r"
            """#
        }

        private static func sends(protocol number: Int) -> String {
            #"""
            socket(my $s, 2, 1, \#(number)); my $to = in4($port); my $text = "x";
            syscall(44, fileno($s), $text, 1, 0x20000000, $to, 16) > 0 || $! == 111 ? "begun" : "refused $!"
            """#
        }

        private static let binds = #"""
            socket(my $s, 2, 2, 0); my $to = in4($port);
            my $r = submit(pack("CCSlQQLLQ", 56, 0, 0, fileno($s), 16, address($to), 0, 0, 1));
            $r == 0 ? "begun" : "refused $r"
            """#

        @Test func whatWasLearnedIsAllowedAndNoMore() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    for way in Self.ways {
                        let reply = try Self.reply(way, way.port, service, container)
                        if !reply.contains("begun") {
                            print("\(way.name): \(reply)")
                            figures.errors += 1
                        }
                    }
                    return figures
                }
                try held.learn(seconds: 1)
                let profile = try String(contentsOfFile: held.profile, encoding: .utf8)
                for way in Self.ways {
                    #expect(profile.contains("port: \(way.port)"), "\(way.name): \(profile)")
                }
                let watch = try held.watch()
                try held.hold(watch, seconds: 1)
                for way in Self.ways {
                    let before = try watch.alerts().count
                    let reply = try Self.reply(way, way.port + 100, service, held.container)
                    #expect(reply.contains("refused"), "\(way.name): \(reply)")
                    let alerts = try watch.alerts(after: before) { $0.verdict == "denied" }
                    #expect(alerts.contains { $0.verdict == "denied" }, "\(way.name): \(alerts)")
                }
                #expect(try watch.stop() == 3, "\(watch.output)")
            }
        }

        /// sd_notify and the like: who is sent to, no connect tells.
        @Test func aDatagramToAPathIsLearned() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                @Sendable func send(_ to: String, _ container: RuncContainer) throws -> String {
                    let code = #"""
                        my %sockets;
                        for my $name ("one", "other") {
                            unlink "/run/$name.sock";
                            socket($sockets{$name}, 1, 2, 0);
                            bind($sockets{$name}, pack("Sa*", 1, "/run/$name.sock")) or return "bind $!";
                        }
                        socket(my $s, 1, 2, 0);
                        defined send($s, "ping", 0, pack("Sa*", 1, "/run/\#(to).sock"))
                            or return "refused $!";
                        select(undef, undef, undef, 0.2);
                        "sent"
                        """#
                    return try service.request(
                        ["eval", TinyProgram.hex(Array(code.utf8))], in: container)
                }
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    // The second time there are sockets to be removed.
                    for _ in 0..<2 where try send("one", container) != "sent" {
                        figures.errors += 1
                    }
                    return figures
                }
                try held.learn(seconds: 1)
                let watch = try held.watch()
                try held.hold(watch, seconds: 1)
                let reply = try send("other", held.container)
                #expect(reply != "sent", "\(reply)")
                let alerts = try watch.alerts(after: 0) { $0.object == "/run/other.sock" }
                #expect(
                    alerts.contains { $0.object == "/run/other.sock" && $0.verdict == "killed" },
                    "\(alerts)")
                #expect(try watch.stop() == 3, "\(watch.output)")
            }
        }

        private static func reply(
            _ way: Way, _ port: Int, _ service: PerlService, _ container: RuncContainer
        ) throws -> String {
            let code = PerlCalls.memory + PerlCalls.ring + "my $port = \(port);" + way.code
            return try service.request(
                ["eval", TinyProgram.hex(Array(code.utf8))], in: container)
        }
    }
}
