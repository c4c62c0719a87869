import ContainerHarness
import Foundation
import Testing

/// One service in one container, learned from its first instruction and then held to that.
final class HeldService: @unchecked Sendable {
    typealias Load = @Sendable (RuncContainer, _ seconds: Int) throws -> LoadFigures

    let service: any ContainerService
    let container: RuncContainer
    let profile: String
    private let load: Load

    init(
        _ service: any ContainerService, in folder: String, load: @escaping Load
    ) throws {
        self.service = service
        self.load = load
        container = try service.container()
        profile = "\(folder)/\(service.name).yaml"
    }

    deinit { container.delete() }

    /// Creates the container, learns it from before its start and leaves it running.
    /// - Parameter losses: what the learner has to say it lost.
    func learn(seconds: Int, losses: [String] = []) throws {
        try container.create()
        let learn = try LoadlineProgram.start([
            "learn", "--container", container.id, "--name", service.name, "-o", profile,
        ])
        try learn.waitFor("learning ")
        try container.start()
        try container.waitUntilListening(service.port)
        let figures = try load(container, seconds)
        #expect(try service.answers(in: container))
        #expect(try learn.stop() == 0, "\(learn.output)")
        #expect(figures.errors == 0, "\(service.name): \(figures)")
        #expect(learn.losses == losses)
        print("\(service.name): learned from \(Int(figures.requests)) requests")
    }

    func watch(mode: String = "enforce", profile: String? = nil) throws -> LoadlineProcess {
        let watch = try LoadlineProgram.start([
            "watch", "--profile", profile ?? self.profile, "--container", container.id, "--mode",
            mode, "--format", "json",
        ])
        try watch.waitFor("watching ")
        return watch
    }

    /// The usual load under the profile: nothing deviates and nothing fails.
    func hold(_ watch: LoadlineProcess, seconds: Int) throws {
        let figures = try load(container, seconds)
        #expect(figures.errors == 0, "\(service.name): \(figures)")
        #expect(figures.requests > 0)
        #expect(try watch.alerts().isEmpty, "\(watch.output)")
        print("\(service.name): held during \(Int(figures.requests)) requests")
    }

    /// Every attack is stopped: it has no effect, what was reported names it, and the service
    /// goes on.
    func expectStopped(_ attacks: [Attack], _ target: AttackTarget, _ watch: LoadlineProcess)
        throws
    {
        for attack in attacks {
            try expectStopped(attack, target, watch)
            try #require(
                try isAnswering(),
                "\(service.name) is gone after \(attack.name): \(container.output) \(watch.output)")
        }
    }

    func expectStopped(_ attack: Attack, _ target: AttackTarget, _ watch: LoadlineProcess) throws {
        let before = try watch.alerts().count
        let effect = try attack.run(target)
        #expect(!effect.happened, "\(service.name) \(attack.name) \(effect)")
        let expected = try #require(
            ExpectedAlert.of(attack, on: service.name), "no expectation for \(attack.name)")
        let alerts = try watch.alerts(after: before) { expected.fits($0, ["killed", "denied"]) }
        #expect(
            alerts.contains { expected.fits($0, ["killed", "denied"]) },
            "\(service.name) \(attack.name): expected \(expected), printed \(alerts)")
        print("\(attack.name): \(alerts.map(\.description).joined(separator: "; "))")
    }

    /// Every attack happens and is reported.
    func expectFlagged(_ attacks: [Attack], _ target: AttackTarget, _ watch: LoadlineProcess)
        throws
    {
        for attack in attacks {
            let before = try watch.alerts().count
            let effect = try attack.run(target)
            #expect(effect.happened, "\(service.name) \(attack.name) \(effect)")
            let expected = try #require(ExpectedAlert.ofAct(attack))
            let alerts = try watch.alerts(after: before) { expected.fits($0, ["flagged"]) }
            #expect(
                alerts.contains { expected.fits($0, ["flagged"]) },
                "\(service.name) \(attack.name): expected \(expected), printed \(alerts)")
            #expect(alerts.allSatisfy { $0.verdict == "flagged" }, "\(alerts)")
        }
        #expect(try isAnswering())
    }

    /// A killed worker is replaced within a moment.
    func isAnswering() throws -> Bool {
        for _ in 0..<20 {
            if try service.answers(in: container) { return true }
            usleep(100_000)
        }
        return false
    }
}
