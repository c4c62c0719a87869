import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// A change of the file permits or denies at once, while the container works on and nothing
    /// else is flagged; a file that is no profile changes nothing; a file that goes lets go.
    @Test func changedProfilesAreSwappedUnderLoad() throws {
        let strict = try LearnedKinds.profile(.nginx)
        let open = Self.allowingEgress(strict)
        let agent = try AgentProcess(["--mode", "enforce"], profiles: ["nginx.yaml": strict])
        try agent.waitUntilReady()
        let service = NginxService()
        let container = try service.start()
        defer { container.delete() }
        try agent.waitFor(container)

        let load = try BackgroundLoad(container, seconds: 12)
        var delays: [Double] = []
        for round in 0..<4 {
            let permits = round % 2 == 0
            delays.append(try change(agent, to: permits ? open : strict))
            let effect = try Kind.nginx.attack("nginx-tcp4", service, container)
            #expect(effect.happened == permits, "round \(round): \(effect)")
        }
        print("from the changed file to the swapped profile: \(delays.map { Int($0) }) ms")

        // What is no profile is named, and the one before stays.
        try agent.put("nginx.yaml", strict.yaml + "\n  nonsense: true\n")
        try agent.process.waitFor("the version before stays in force")
        #expect(agent.notes.contains { $0.contains("nginx.yaml") && $0.contains("nonsense") })
        #expect(try !Kind.nginx.attack("nginx-tcp4", service, container).happened)
        try agent.put("nginx.yaml", "")
        usleep(800_000)
        #expect(try !Kind.nginx.attack("nginx-tcp4", service, container).happened)

        let figures = try load.figures()
        #expect(figures.requests > 100 && figures.errors == 0, "\(figures)")
        let others = agent.alerts.filter {
            $0.container.name != container.id || $0.dimension != "egress" || $0.verdict != "denied"
                || !$0.object.contains("2345")
        }
        #expect(others.isEmpty, "\(others)")
        try agent.wait("the attacks are told") { agent.alerts.isEmpty ? nil : true }

        try modeChangesWithItsFile(agent, strict, service, container)
        #expect(try agent.process.stop() == 0)
    }

    /// Milliseconds from the changed file to the agent's word that it is in force.
    private func change(_ agent: AgentProcess, to profile: Profile) throws -> Double {
        let count = { agent.notes.filter { $0.hasPrefix("profile nginx changed") }.count }
        let before = count()
        let begin = Date()
        try agent.put("nginx.yaml", profile)
        try agent.wait("the profile is swapped") { count() > before ? true : nil }
        return Date().timeIntervalSince(begin) * 1000
    }

    private func modeChangesWithItsFile(
        _ agent: AgentProcess, _ strict: Profile, _ service: NginxService,
        _ container: RuncContainer
    ) throws {
        _ = try change(agent, to: strict.with(mode: .monitor))
        #expect(try Kind.nginx.attack("nginx-read-secret", service, container).happened)
        _ = try change(agent, to: strict)
        #expect(try !Kind.nginx.attack("nginx-read-secret", service, container).happened)
        try agent.wait("the attack is flagged, then killed") {
            let verdicts = agent.alerts(of: container).filter { $0.dimension == "file" }
            return Set(verdicts.map(\.verdict)) == ["flagged", "killed"] ? true : nil
        }
        try agent.remove("nginx.yaml")
        try agent.process.waitFor("nginx.yaml is gone")
        #expect(try Kind.nginx.attack("nginx-read-secret", service, container).happened)
        #expect(try service.answers(in: container))
        // And the directory itself: what is in force stays so, and the agent too.
        try agent.put("nginx.yaml", strict)
        try agent.wait("the profile is back") {
            agent.notes.filter { $0.hasPrefix("profile nginx loaded") }.count == 2 ? true : nil
        }
        try FileManager.default.moveItem(
            atPath: agent.directory, toPath: agent.directory + "-away")
        defer { try? FileManager.default.removeItem(atPath: agent.directory + "-away") }
        try agent.process.waitFor("cannot list the profiles")
    }

    /// The profile with what `nginx-tcp4` needs.
    private static func allowingEgress(_ profile: Profile) -> Profile {
        var profile = profile
        for index in profile.executables.indices {
            // ::ffff:127.0.0.1
            let prefix = Prefix(high: 0, low: 0xffff_7f00_0001, length: 128)
            profile.executables[index].egress.append(
                EgressRule(proto: .tcp, prefix: prefix, ports: 2345...2345))
        }
        return profile
    }
}

/// wrk, beside what the test does.
private final class BackgroundLoad: Sendable {
    private let result = Locked<Result<LoadFigures, any Error>?>(nil)

    init(_ container: RuncContainer, seconds: Int) throws {
        let result = result
        Thread {
            result.set(Result { try Load.nginx(container, seconds: seconds, connections: 4) })
        }.start()
    }

    func figures() throws -> LoadFigures {
        for _ in 0..<4_000 {
            if let result = result.value { return try result.get() }
            usleep(10_000)
        }
        throw HarnessError("wrk did not end")
    }
}
