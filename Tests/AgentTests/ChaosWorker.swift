import ContainerHarness
import Foundation
import SeededRandom

/// Does random things to some of the places until its time is over, in a thread of its own.
final class ChaosWorker: @unchecked Sendable {
    // Used by the worker's thread alone once it was started.
    private let places: [ChaosPlace]
    private let agent: AgentProcess
    private var random: SeededGenerator
    private let tally: Locked<ChaosTally>
    private let deadline: Date
    private let ended = DispatchSemaphore(value: 0)

    init(
        _ kinds: [Kind], under agent: AgentProcess, seed: UInt64, tally: Locked<ChaosTally>,
        deadline: Date
    ) {
        places = kinds.map { ChaosPlace($0) }
        self.agent = agent
        random = SeededGenerator(seed: seed)
        self.tally = tally
        self.deadline = deadline
    }

    func start() {
        Thread { [self] in
            for place in places { perform(place, "start") { try self.begin(place) } }
            while Date() < deadline {
                guard let place = places.randomElement(using: &random) else { break }
                act(on: place)
            }
            for place in places { perform(place, "end") { try self.end(place) } }
            ended.signal()
        }.start()
    }

    func wait() { ended.wait() }

    private func act(on place: ChaosPlace) {
        guard place.container != nil else {
            return perform(place, "start") { try self.begin(place) }
        }
        let roll = Int.random(in: 0..<100, using: &random)
        switch (roll, place.attacks) {
        case (..<60, true): perform(place, "attack") { try self.attack(place) }
        case (..<60, false): perform(place, "probe") { try self.probe(place) }
        case (..<75, _): perform(place, "end") { try self.end(place) }
        case (..<85, _):
            place.kill()
            tally.update { $0.ends += 1 }
        case (_, true): return
        default:
            perform(place, "restart") {
                try place.restart()
                self.tally.update { $0.restarts += 1 }
                try self.probe(place)
            }
        }
    }

    private func perform(_ place: ChaosPlace, _ what: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            let id = place.container?.id ?? "a \(place.kind)"
            tally.update { $0.failures.append("\(what) of \(id): \(error)") }
            place.kill()
        }
    }

    private func begin(_ place: ChaosPlace) throws {
        let attacks = tally.update { tally in
            defer { tally.starts += 1 }
            return tally.nextAttacks
        }
        try place.start(attacks: attacks)
        if attacks, let container = place.container {
            tally.update { $0.attackers.insert(container.id) }
            // Nothing is promised of what it does before.
            try agent.waitFor(container)
        }
        try probe(place)
    }

    /// The service answers, whoever is attacked elsewhere, and after its own attacks too.
    private func probe(_ place: ChaosPlace) throws {
        let answers = try place.answers()
        let id = place.container?.id ?? ""
        let attacks = place.attacks
        tally.update {
            $0.probes += 1
            if !answers {
                $0.failures.append("\(id) does not answer\(attacks ? ", an attacker" : "")")
            }
        }
    }

    private func attack(_ place: ChaosPlace) throws {
        // Some attacks cost their service its life: redis opens, to remove it, the file that its
        // child was killed for.
        guard try place.container?.state() == "running" else {
            tally.update {
                $0.attackersLost += 1
                $0.ends += 1
            }
            return place.kill()
        }
        guard let (name, effect) = try place.attack(&random) else { return }
        let id = place.container?.id ?? ""
        tally.update {
            $0.attacks[name, default: 0] += 1
            if effect.happened { $0.failures.append("\(name) in \(id) \(effect)") }
        }
    }

    private func end(_ place: ChaosPlace) throws {
        guard place.container != nil else { return }
        try place.stop()
        tally.update { $0.ends += 1 }
    }
}
