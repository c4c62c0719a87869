import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// Addresses of zeros go to loopback: what was recorded under loopback's name is not refused
    /// under the other.
    @Suite(.serialized) struct Loopback {
        private static let acts = [
            ["udp", "0.0.0.0", "2345"], ["udp", "::", "2345"], ["udp", "::ffff:0.0.0.0", "2345"],
            ["udpconnected", "0.0.0.0", "2347"], ["udpconnected", "::", "2347"],
            // The service's own port, so that there is somebody.
            ["tcp", "0.0.0.0", "7000"],
        ]

        @Test func whatWasLearnedUnderOneNameIsAllowedUnderTheOther() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    var figures = try pings(service, container, seconds)
                    let listener = try EgressListener(in: container)
                    defer { listener.stop() }
                    for act in Self.acts where try !ask(act) { figures.errors += 1 }
                    return figures

                    func ask(_ act: [String]) throws -> Bool {
                        try service.request(act + ["ping"], in: container).hasPrefix("ok")
                    }
                }
                try held.learn(seconds: 2)
                let profile = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(profile.contains("address: 127.0.0.1, port: 2345"), "\(profile)")
                let watch = try held.watch()
                try held.hold(watch, seconds: 2)

                for act in ["udp", "udpconnected", "tcp"] {
                    for address in ["0.0.0.0", "::"] {
                        let before = try watch.alerts().count
                        let reply = try service.request(
                            [act, address, "2349", "x"], in: held.container)
                        #expect(reply.contains("not permitted"), "\(act) \(address): \(reply)")
                        let alerts = try watch.alerts(after: before) { $0.dimension == "egress" }
                        #expect(alerts.contains { $0.verdict == "denied" }, "\(act) \(address)")
                    }
                }
                #expect(try watch.stop() == 3, "\(watch.output)")
            }
        }
    }
}
