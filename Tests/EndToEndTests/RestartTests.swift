import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// A container that is replaced is held from its first instruction, by the same agent.
    @Suite(.serialized) struct Restart {
        @Test func aNewContainerIsHeldFromItsStart() async throws {
            try await EndToEnd.withFolder { folder in
                let service = NginxService()
                // No other container on this machine has this image.
                let image = "loadline.test/nginx:" + UUID().uuidString.lowercased()
                var options = ContainerOptions()
                options.annotations["org.opencontainers.image.ref.name"] = image
                try Self.learn(service, options, "\(folder)/nginx.yaml")

                let agent = try LoadlineProgram.start([
                    "agent", "--profiles", folder, "--mode", "enforce", "--format", "json",
                    "--no-pins",
                ])
                try agent.waitFor("profile nginx loaded")
                for round in 1...3 {
                    let container = try service.start(options: options)
                    defer { container.delete() }
                    try agent.waitFor("container \(container.id) (")
                    let figures = try Load.nginx(container, seconds: 2)
                    #expect(figures.errors == 0, "round \(round): \(figures)")
                    #expect(
                        try alerts(agent, container).isEmpty, "round \(round): \(agent.output)")
                    let target = try AttackTarget(container, canary: service.canary)
                    defer { target.close() }
                    for attack in [NginxAttacks(service).all[0], ForeignAttacks.all[0]] {
                        let effect = try attack.run(target)
                        #expect(!effect.happened, "round \(round): \(attack.name) \(effect)")
                    }
                    let alerts = try agent.alerts {
                        $0.count { $0.container.id == container.id } >= 2
                    }
                    #expect(
                        alerts.count { $0.container.id == container.id } >= 2, "\(agent.output)")
                }
                #expect(try agent.stop() == 0, "\(agent.output)")
            }
        }

        private func alerts(
            _ agent: LoadlineProcess, _ container: RuncContainer
        ) throws -> [PrintedAlert] {
            try agent.alerts().filter { $0.container.id == container.id }
        }

        private static func learn(
            _ service: NginxService, _ options: ContainerOptions, _ profile: String
        ) throws {
            let container = try service.container(options: options)
            defer { container.delete() }
            try container.create()
            let learn = try LoadlineProgram.start([
                "learn", "--container", container.id, "--name", "nginx", "-o", profile,
            ])
            try learn.waitFor("learning ")
            try container.start()
            try container.waitUntilListening(service.port)
            _ = try Load.nginx(container, seconds: 3)
            #expect(try learn.stop() == 0, "\(learn.output)")
        }
    }
}
