import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// However a container comes, it is held from its first instruction, and its set-up is not.
    @Test func containersAreHeldHoweverTheyCome() throws {
        let service = PerlService()
        let created = try service.container()
        let running = try service.start()
        defer { [created, running].forEach { $0.delete() } }
        try created.create()
        let agent = try AgentProcess(
            ["--mode", "enforce"], profiles: ["perl.yaml": try LearnedKinds.profile(.perl)])
        try agent.waitUntilReady()

        // Started, and only created, before the agent was there.
        try agent.waitFor(running)
        try agent.waitFor(created)
        try created.start()
        try created.waitUntilListening(service.port)
        // Created, and left to wait, while it is.
        let waiting = try service.container()
        defer { waiting.delete() }
        try waiting.create()
        try agent.waitFor(waiting)
        usleep(300_000)
        try waiting.start()
        try waiting.waitUntilListening(service.port)
        for container in [created, running, waiting] {
            #expect(try service.answers(in: container))
            #expect(agent.alerts(of: container).isEmpty, "\(agent.alerts(of: container))")
            #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
            #expect(try !Kind.perl.attack("perl-shell", service, container).happened)
            let expected: Set = ["file", "exec"]
            #expect(try agent.dimensions(of: container, including: expected) == expected)
        }
        try sameNameAgain(agent, service, running)
        #expect(try agent.process.stop() == 0)
    }

    /// The same id and cgroup path at once after the end, several times; each is timed.
    private func sameNameAgain(
        _ agent: AgentProcess, _ service: PerlService, _ container: RuncContainer
    ) throws {
        let before = agent.alerts(of: container).count
        var delays: [Double] = []
        for round in 1...12 {
            container.delete()
            try container.create()
            let said = try agent.waitFor(container, times: round + 1)
            try container.start()
            try container.waitUntilListening(service.port)
            #expect(!said.contains("was not judged"), "\(said)")
            delays.append(try #require(HoldingDelay.milliseconds(said), "\(said)"))
            #expect(try service.answers(in: container))
        }
        #expect(agent.alerts(of: container).count == before)
        #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        try agent.wait("the attack is told") {
            agent.alerts(of: container).count > before ? true : nil
        }
        print("from cgroup_mkdir to the bound profile: \(HoldingDelay.summary(delays))")
    }
}

/// How long after its cgroup was made a container was bound to its profile.
enum HoldingDelay {
    static func milliseconds(_ note: String) -> Double? {
        guard let end = note.range(of: " ms after its cgroup was made") else { return nil }
        return note[..<end.lowerBound].split(separator: " ").last.flatMap { Double($0) }
    }

    static func summary(_ delays: [Double]) -> String {
        let sorted = delays.sorted()
        guard let first = sorted.first, let last = sorted.last else { return "none" }
        return "least \(first), median \(sorted[sorted.count / 2]), "
            + "p90 \(sorted[sorted.count * 9 / 10]), most \(last) ms of \(sorted.count)"
    }
}
