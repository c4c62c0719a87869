import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// The stock profiles as they are in the repository: under another load than the one that they
    /// were learned under nothing deviates, and attacks by the service's own processes are stopped.
    @Suite(.serialized) struct StockProfiles {
        private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../profiles/baselines").standardized.path

        /// redis is one process, which each attack that is stopped ends: ServiceTests begins it anew.
        @Test(arguments: StockServices.names.filter { $0 != "redis" })
        func holds(_ name: String) throws {
            let service = try StockServices.named(name)
            let deployment = try Deployment(service)
            let container = deployment.container
            defer { container.delete() }
            try container.create()
            let watch = try LoadlineProgram.start([
                "watch", "--profile", "\(Self.folder)/\(name).yaml", "--container", container.id,
                "--mode", "enforce", "--format", "json",
            ])
            try watch.waitFor("watching ")
            try container.start()
            try container.waitUntilListening(service.port, timeout: 60)
            for step in service.heldOutLoad {
                try step.perform(in: container)
                try #require(try watch.alerts().isEmpty, "\(name), \(step.name): \(watch.output)")
            }

            let target = try AttackTarget(container, canary: service.canary)
            defer { target.close() }
            for attack in service.ownAttacks + ForeignAttacks.all {
                let before = try watch.alerts().count
                let effect = try attack.run(target)
                #expect(!effect.happened, "\(name) \(attack.name) \(effect)")
                let alerts = try watch.alerts(after: before) { $0.verdict != "flagged" }
                #expect(
                    alerts.contains { ["killed", "denied"].contains($0.verdict) },
                    "\(name) \(attack.name): nothing was said to be stopped: \(alerts), \(effect)")
                print("\(attack.name): \(alerts.map(\.description).joined(separator: "; "))")
                // Whoever was killed is replaced.
                let isAnswering = try waitUntil { try service.answers(in: container) }
                try #require(isAnswering, "\(name) \(attack.name): \(container.output)")
            }
            #expect(try watch.stop() == 3, "\(watch.output)")

            // What stopped them was the profile.
            for attack in service.ownAttacks {
                let effect = try attack.run(target)
                #expect(effect.happened, "without loadline: \(attack.name) \(effect)")
            }
        }
    }
}
