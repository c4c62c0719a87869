import ContainerHarness
import Testing

extension Kind {
    /// Performs one attack of the kind's catalogue and returns what became of it.
    func attack(
        _ name: String, _ service: any ContainerService, _ container: RuncContainer
    ) throws -> Effect {
        let target = try AttackTarget(container, canary: service.canary)
        defer { target.close() }
        let attack = try #require(attacks(on: service).first { $0.name == name }, "\(name)")
        return try attack.run(target)
    }
}
