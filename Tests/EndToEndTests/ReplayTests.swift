import Baseline
import ContainerHarness
import Foundation
import SeededRandom
import Testing

extension EndToEnd {
    /// The same events, judged in the kernel as they happen and from a recording afterwards.
    @Suite(.serialized) struct Replays {
        /// Who did something to what.
        private struct Touch: Hashable, CustomStringConvertible {
            var executable: String
            var dimension: String
            var object: String
            var description: String { "\(dimension) \(object) by \(executable)" }

            init(_ alert: PrintedAlert) {
                // The runtime's own program lies outside of the container.
                let program = alert.lineage.first?.executable ?? ""
                executable = program.isEmpty ? "<runtime>" : program
                dimension = alert.dimension
                // A recording says where connections came in, too: the port, at one address.
                object =
                    dimension == "listen"
                    ? String(alert.object.split(separator: ":").last ?? "") : alert.object
            }
        }

        /// What was done, over all alerts: the kernel judges an open and a mapping each, a
        /// recording has one flow of both.
        private static func touches(_ alerts: [PrintedAlert]) -> [Touch: Set<String>] {
            alerts.reduce(into: [:]) { $0[Touch($1), default: []].formUnion($1.access) }
        }

        /// Under profiles that lack a random half of what was learned.
        @Test func aReplaySaysWhatTheKernelSaid() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let attacks = PerlAttacks(service).all
                let wide = folder + "/wide.yaml"
                try Self.watched(service, attacks) { container in
                    let learn = try LoadlineProgram.start([
                        "learn", "--container", container.id, "--name", service.name,
                        "-o", wide, "--allow-class", "written-code", "--allow-class",
                        "memfd-exec",
                    ])
                    try learn.waitFor("learning ")
                    return { () throws in
                        let status = try learn.stop()
                        #expect(status == 0, "\(learn.output)")
                    }
                }
                let learned = try Profile(
                    yaml: try String(contentsOfFile: wide, encoding: .utf8), file: wide)
                for seed in 1...3 as ClosedRange<UInt64> {
                    let path = "\(folder)/narrow-\(seed).yaml"
                    var random = SeededGenerator(seed: seed)
                    try learned.without(&random).yaml
                        .write(toFile: path, atomically: true, encoding: .utf8)
                    try Self.compare(service, attacks, path, seed)
                }
            }
        }

        /// What only a start may do is done at a start, while serving, and in reloads that were asked
        /// for from outside, from within and for others.
        @Test func aReplayKnowsReloads() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PhasedService()
                let profile = folder + "/started.yaml"
                let held = try HeldService(service, in: folder) { container, _ in
                    let answers = try service.answers(in: container)
                    return LoadFigures(requests: 1, seconds: 1, errors: answers ? 0 : 1)
                }
                try held.learn(seconds: 1)
                held.container.delete()
                try FileManager.default.copyItem(atPath: held.profile, toPath: profile)
                let container = try service.container()
                defer { container.delete() }
                try container.create()
                let (told, replayed) = try judgedTwice(container, profile) {
                    try container.start()
                    try container.waitUntilListening(service.port)
                    #expect(try service.request("again", in: container) == "done\n")
                    let before = try service.preparations(in: container)
                    #expect(kill(try service.server(in: container), SIGHUP) == 0)
                    #expect(try waitUntil { try service.preparations(in: container) > before })
                    // Within the time of the reload.
                    #expect(try service.request("run", in: container) == "ran 0\n")
                    #expect(try service.request("own", in: container) == "owned 1\n")
                }
                let state = told.keys.filter { $0.object == PhasedService.state }
                #expect(state.count == 1, "\(told)")
                #expect(told.keys.contains { $0.object == "/usr/bin/true" })
                #expect(told == replayed)
            }
        }

        /// What is told of a container as things happen, and of a recording of the same afterwards:
        /// how often each was done.
        private func judgedTwice(
            _ container: RuncContainer, _ profile: String, _ body: () throws -> Void
        ) throws -> (told: [Touch: Int], replayed: [Touch: Int]) {
            let recording = profile + ".sf"
            let record = try LoadlineProgram.start([
                "record", "--container", container.id, "-o", recording,
            ])
            try record.waitFor("recording ")
            let watch = try LoadlineProgram.start([
                "watch", "--profile", profile, "--container", container.id, "--mode", "monitor",
                "--format", "json",
            ])
            try watch.waitFor("watching ")
            try body()
            #expect([0, 3].contains(try watch.stop()), "\(watch.output)")
            #expect(try record.stop() == 0, "\(record.output)")
            #expect(watch.losses == [] && record.losses == [])
            let replay = try LoadlineProgram.start([
                "replay", profile, "--from", recording, "--format", "json",
            ])
            #expect([0, 3].contains(try replay.end()), "\(replay.output)")
            return (Self.counts(try watch.alerts()), Self.counts(try replay.alerts()))
        }

        private static func counts(_ alerts: [PrintedAlert]) -> [Touch: Int] {
            alerts.reduce(into: [:]) { $0[Touch($1), default: 0] += 1 }
        }

        private static func compare(
            _ service: PerlService, _ attacks: [Attack], _ profile: String, _ seed: UInt64
        ) throws {
            let recording = profile + ".sf"
            var told: [Touch: Set<String>] = [:]
            try watched(service, attacks) { container in
                let record = try LoadlineProgram.start([
                    "record", "--container", container.id, "-o", recording,
                ])
                try record.waitFor("recording ")
                let watch = try LoadlineProgram.start([
                    "watch", "--profile", profile, "--container", container.id,
                    "--mode", "monitor", "--format", "json",
                ])
                try watch.waitFor("watching ")
                return { () throws in
                    #expect([0, 3].contains(try watch.stop()), "\(watch.output)")
                    #expect(try record.stop() == 0, "\(record.output)")
                    #expect(watch.losses == [] && record.losses == [])
                    told = touches(try watch.alerts())
                }
            }
            let replay = try LoadlineProgram.start([
                "replay", profile, "--from", recording, "--format", "json",
            ])
            #expect(try replay.end() == 3, "\(replay.output)")
            let replayed = touches(try replay.alerts())
            #expect(told.count > 5, "seed \(seed): \(told)")
            #expect(Set(told.keys).symmetricDifference(replayed.keys) == [], "seed \(seed)")
            for (touch, access) in told {
                #expect(replayed[touch] == access, "seed \(seed): \(touch)")
            }
            print("seed \(seed): \(told.count) deviations, \(replayed.count) replayed")
        }

        /// Starts a container under `begin`, has it do everything, and calls what `begin` returned.
        private static func watched(
            _ service: PerlService, _ attacks: [Attack],
            begin: (RuncContainer) throws -> () throws -> Void
        ) throws {
            let container = try service.container()
            defer { container.delete() }
            try container.create()
            let end = try begin(container)
            try container.start()
            try container.waitUntilListening(service.port)
            let target = try AttackTarget(container, canary: service.canary)
            defer { target.close() }
            for attack in attacks {
                let effect = try attack.run(target)
                #expect(effect.happened, "\(attack.name): \(effect)")
            }
            #expect(try service.answers(in: container))
            try end()
        }
    }
}

extension Profile {
    /// Without a random half of its rules.
    fileprivate func without(_ random: inout SeededGenerator) -> Profile {
        var narrow = self
        narrow.executables = executables.map { rules in
            var some = rules
            some.exec = rules.exec.filter { _ in random.oneIn(2) }
            some.files = rules.files.filter { _ in random.oneIn(2) }
            some.egress = rules.egress.filter { _ in random.oneIn(2) }
            some.listen = rules.listen.filter { _ in random.oneIn(2) }
            some.capabilities = rules.capabilities.filter { _ in random.oneIn(2) }
            some.acts = rules.acts.filter { _ in random.oneIn(2) }
            return some
        }
        return narrow
    }
}
