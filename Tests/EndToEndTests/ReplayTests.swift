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
