import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// What is done about a deviation is what the profile's actions and the mode say.
    @Suite(.serialized) struct Actions {
        @Test func followTheProfileAndTheMode() async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    try pings(service, container, seconds)
                }
                try held.learn(seconds: 2)
                let target = try AttackTarget(held.container, canary: service.canary)
                defer { target.close() }
                let attacks = PerlAttacks(service).all + ForeignAttacks.all

                // A profile that only alerts, enforced, and one that kills, monitored.
                let alerting = try Self.profile(
                    held, "{exec: alert, file: alert, egress: alert, listen: alert}")
                try Self.watching(held, alerting, "enforce", says: ["flagged"]) {
                    try held.expectFlagged(attacks, target, $0)
                }
                try Self.watching(held, held.profile, "monitor", says: ["flagged"]) {
                    try held.expectFlagged(attacks, target, $0)
                }

                // Each dimension stops the act by itself where those before it only alert.
                let files = try Self.profile(
                    held, "{exec: alert, file: kill, egress: alert, listen: alert}")
                try Self.watching(held, files, "enforce", says: ["flagged", "killed"]) { watch in
                    for attack in attacks where attack.dimension == .file {
                        let effect = try attack.run(target)
                        #expect(!effect.happened, "\(attack.name) \(effect)")
                    }
                }
                for (verdict, action) in [("denied", "deny"), ("killed", "kill")] {
                    let network = try Self.profile(
                        held, "{exec: alert, file: alert, egress: \(action), listen: \(action)}")
                    try Self.watching(held, network, "enforce", says: ["flagged", verdict]) {
                        try Self.expectStoppedByNetwork(held, attacks, target, $0, verdict)
                    }
                }
            }
        }

        /// The learned profile with other actions; capabilities and acts are only told.
        private static func profile(_ held: HeldService, _ actions: String) throws -> String {
            let text = try String(contentsOfFile: held.profile, encoding: .utf8)
            let learned =
                "actions: {exec: kill, file: kill, egress: deny, listen: deny, "
                + "capability: deny, act: kill}"
            try #require(text.contains(learned))
            let path = held.profile + "-" + actions.filter(\.isLetter) + ".yaml"
            try text.replacingOccurrences(
                of: learned, with: "actions: \(actions.dropLast()), capability: alert, act: alert}"
            )
            .write(toFile: path, atomically: false, encoding: .utf8)
            return path
        }

        private static func watching(
            _ held: HeldService, _ profile: String, _ mode: String, says verdicts: Set<String>,
            _ body: (LoadlineProcess) throws -> Void
        ) throws {
            let watch = try held.watch(mode: mode, profile: profile)
            try body(watch)
            let alerts = try watch.alerts { Set($0.map(\.verdict)).isSuperset(of: verdicts) }
            let said = Set(alerts.map(\.verdict))
            #expect(said == verdicts)
            #expect(try held.isAnswering())
            #expect(try watch.stop() == 3)
        }

        private static func expectStoppedByNetwork(
            _ held: HeldService, _ attacks: [Attack], _ target: AttackTarget,
            _ watch: LoadlineProcess, _ verdict: String
        ) throws {
            for attack in attacks where [.egress, .listen].contains(attack.dimension) {
                let before = try watch.alerts().count
                let effect = try attack.run(target)
                #expect(!effect.happened, "\(attack.name) \(effect)")
                let expected = try #require(ExpectedAlert.ofAct(attack))
                let alerts = try watch.alerts(after: before) { expected.fits($0, [verdict]) }
                #expect(
                    alerts.contains { expected.fits($0, [verdict]) },
                    "\(attack.name): expected \(verdict) \(expected), printed \(alerts)")
            }
        }
    }
}
