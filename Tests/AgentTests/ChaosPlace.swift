import ContainerHarness
import Foundation
import SeededRandom

/// One of the places for containers of a kind: empty, or with one running.
final class ChaosPlace {
    let kind: Kind
    private var service: any ContainerService
    private(set) var container: RuncContainer?
    /// This container attacks; it is never followed by one of the same name.
    private(set) var attacks = false

    init(_ kind: Kind) {
        self.kind = kind
        service = kind.service()
    }

    /// Fills the place with a new container that serves.
    func start(attacks: Bool) throws {
        service = kind.service()
        self.attacks = attacks
        let container = try service.container()
        self.container = container
        try serve(container)
    }

    private func serve(_ container: RuncContainer) throws {
        try container.start()
        try container.waitUntilListening(service.port, timeout: 30)
    }

    func answers() throws -> Bool {
        guard let container else { return true }
        return try service.answers(in: container)
    }

    /// Performs a random attack.
    func attack(_ random: inout SeededGenerator) throws -> (name: String, effect: Effect)? {
        guard let container, let attack = kind.attacks(on: service).randomElement(using: &random)
        else { return nil }
        let target = try AttackTarget(container, canary: service.canary)
        defer { target.close() }
        return (attack.name, try attack.run(target))
    }

    /// Ends it as an orchestrator does: asks, waits, then kills.
    func stop() throws {
        guard let container else { return }
        try? container.signal(SIGTERM)
        for _ in 0..<100 where try container.state() == "running" { usleep(20_000) }
        kill()
    }

    /// Ends it without asking.
    func kill() {
        container?.delete()
        container = nil
    }

    /// A new container with the same id in the same cgroup path.
    func restart() throws {
        guard let container else { return }
        container.delete()
        try serve(container)
    }
}
