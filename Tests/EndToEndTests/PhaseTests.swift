import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// What a service did only at its start it may not do once it serves; a restart in the
    /// container, and a reload that was asked for from outside, go on working.
    @Suite(.serialized) struct Phases {
        private let service = PhasedService()

        @Test func whatOnlyTheStartDidIsDeniedWhileServing() async throws {
            try await EndToEnd.withFolder { folder in
                let held = try HeldService(service, in: folder) { [service] container, _ in
                    for _ in 0..<20 { _ = try service.answers(in: container) }
                    return LoadFigures(requests: 20, seconds: 1, errors: 0)
                }
                try held.learn(seconds: 1)
                held.container.delete()
                let text = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(
                    text.contains("path: /srv/state/log, access: [write, create], phase: startup"))
                #expect(text.contains("path: /usr/bin/true, phase: startup"))
                try enforce(held.profile)
            }
        }

        /// A capability is recorded once for each process: once before it serves, and once after.
        @Test func aUseWhileServingIsLearnedBesideThatOfTheStart() async throws {
            try await EndToEnd.withFolder { folder in
                let held = try HeldService(service, in: folder) { [service] container, _ in
                    let replies = try (0..<3).map { _ in
                        try service.request("own", in: container)
                    }
                    let errors = replies.count { $0 != "owned 1\n" }
                    return LoadFigures(requests: 3, seconds: 1, errors: errors)
                }
                try held.learn(seconds: 1)
                let text = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(text.contains("name: CAP_CHOWN,"))
                #expect(!text.contains("name: CAP_CHOWN, phase"), "\(text)")
                held.container.delete()
                try held.container.create()
                let watch = try held.watch()
                try held.container.start()
                try held.container.waitUntilListening(service.port)
                try held.hold(watch, seconds: 1)
                #expect(try watch.stop() == 0, "\(watch.output)")
            }
        }

        /// What a reload uses is allowed to the reload, so it stays the start's.
        @Test func aUseInAReloadIsTheStarts() async throws {
            try await EndToEnd.withFolder { folder in
                let held = try HeldService(service, in: folder) { [service] container, _ in
                    let before = try service.preparations(in: container)
                    #expect(kill(try service.server(in: container), SIGHUP) == 0)
                    let isDone = try becomes {
                        try service.preparations(in: container) > before
                            && service.answers(in: container)
                    }
                    return LoadFigures(requests: 1, seconds: 1, errors: isDone ? 0 : 1)
                }
                try held.learn(seconds: 1)
                let text = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(text.contains("name: CAP_CHOWN, phase: startup"), "\(text)")
                held.container.delete()
                try held.container.create()
                let watch = try held.watch()
                try held.container.start()
                try held.container.waitUntilListening(service.port)
                try held.hold(watch, seconds: 1)
                #expect(try watch.stop() == 0, "\(watch.output)")
            }
        }

        /// Learned under load only, held from its start through a reload.
        @Test func nginxStartsAndReloads() async throws {
            try await EndToEnd.withFolder { folder in
                let held = try HeldService(NginxService(), in: folder) {
                    try Load.nginx($0, seconds: $1)
                }
                try held.learn(seconds: 3)
                let text = try String(contentsOfFile: held.profile, encoding: .utf8)
                #expect(text.contains("phase: startup"))
                held.container.delete()
                try held.container.create()
                let watch = try held.watch()
                try held.container.start()
                try held.container.waitUntilListening(held.service.port)
                try held.hold(watch, seconds: 2)
                let workers = try children(of: held.container)
                #expect(kill(try held.container.pid(), SIGHUP) == 0)
                #expect(
                    try becomes {
                        let now = try children(of: held.container)
                        return !now.isEmpty && Set(now).isDisjoint(with: workers)
                    })
                try held.hold(watch, seconds: 2)
                #expect(try watch.stop() == 0, "\(watch.output)")
                #expect(watch.losses == [])
            }
        }

        private func children(of container: RuncContainer) throws -> [Int32] {
            let pid = try container.pid()
            return try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
                .split(separator: " ").compactMap { Int32($0) }
        }

        private func enforce(_ profile: String) throws {
            let container = try service.container()
            defer { container.delete() }
            try container.create()
            let watch = try LoadlineProgram.start([
                "watch", "--profile", profile, "--container", container.id, "--mode", "enforce",
                "--format", "json",
            ])
            try watch.waitFor("watching ")
            try container.start()
            try container.waitUntilListening(service.port)
            #expect(try service.answers(in: container))
            #expect(try service.preparations(in: container) == 1)
            #expect(try watch.alerts().isEmpty, "\(watch.output)")

            try expectKilled(
                "again", .init(dimension: "file", object: PhasedService.state), container, watch)
            try expectKilled(
                "signal", .init(dimension: "file", object: PhasedService.state), container, watch)
            let before = try watch.alerts().count
            let answer = try service.request("run", in: container)
            #expect(answer != "ran 0\n")
            let alerts = try watch.alerts(after: before) { $0.dimension == "exec" }
            #expect(alerts.map(\.object) == ["/usr/bin/true"] && alerts[0].phase == "serving")

            // From outside: for a while it may do again what it did at its start.
            let (known, done) = (try watch.alerts().count, try service.preparations(in: container))
            #expect(kill(try service.server(in: container), SIGHUP) == 0)
            #expect(try becomes { try service.preparations(in: container) == done + 1 })
            #expect(try service.answers(in: container))
            // A reload that asks for the next one ends when the first would have.
            sleep(20)
            #expect(try service.request("signal", in: container) == "sent\n")
            #expect(try becomes { try service.preparations(in: container) == done + 2 })
            #expect(try watch.alerts().count == known, "\(watch.output)")
            sleep(14)
            try expectKilled(
                "again", .init(dimension: "file", object: PhasedService.state), container, watch)
            #expect(try watch.stop() == 3)
        }

        private struct Expected {
            var dimension: String
            var object: String
        }

        /// It has no effect, is told of as done while serving, and costs the server; the
        /// supervisor starts another, which does all that belongs to a start.
        private func expectKilled(
            _ word: String, _ expected: Expected, _ container: RuncContainer,
            _ watch: LoadlineProcess
        ) throws {
            let (known, done) = (try watch.alerts().count, try service.preparations(in: container))
            let killed = try service.server(in: container)
            _ = try service.request(word, in: container)
            let alerts = try watch.alerts(after: known) { $0.object == expected.object }
            #expect(alerts.count == 1 && alerts[0].dimension == expected.dimension, "\(alerts)")
            #expect(alerts.first?.verdict == "killed" && alerts.first?.phase == "serving")
            try container.waitUntilListening(service.port)
            #expect(try becomes { try service.answers(in: container) })
            #expect(try service.server(in: container) != killed)
            // One more: the new server's.
            #expect(try service.preparations(in: container) == done + 1)
            #expect(try watch.alerts().count == known + 1, "\(watch.output)")
        }

        private func becomes(_ isSo: () throws -> Bool) rethrows -> Bool {
            for _ in 0..<500 {
                if try isSo() { return true }
                usleep(20_000)
            }
            return false
        }
    }
}
