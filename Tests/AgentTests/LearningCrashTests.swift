import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// What was learned of a real nginx outlives an agent that is killed, up to its last ten
    /// seconds, and the next agent goes on with it.
    @Test func whatWasLearnedOutlivesTheAgent() throws {
        let agent = try AgentProcess(["--mode", "learn"])
        try agent.waitUntilReady()
        let service = NginxService()
        let container = try service.container()
        defer { container.delete() }
        try container.create()
        try agent.waitFor(container)
        try container.start()
        try container.waitUntilListening(service.port)
        try get("/a.txt", container, service)
        usleep(10_500_000)
        try agent.process.kill()

        let before = try profile(agent, container)
        #expect(Self.programs(before) == ["/usr/sbin/nginx"])
        #expect(Self.pages(before) == ["/srv/www/a.txt"], "\(before.yaml)")

        let next = try LoadlineProcess(
            BuiltProgram.path(),
            [
                "agent", "--profiles", agent.directory, "--format", "json", "--no-pins", "--mode",
                "learn", "--start-hold", "off",
            ])
        try next.waitFor("container \(container.id) (")
        try get("/deep/c.html", container, service)
        #expect(try next.stop() == 0, "\(next.output)")

        let after = try profile(agent, container)
        // Only its start showed the entry point's exec, and no agent saw it again.
        #expect(Self.programs(after) == ["/usr/sbin/nginx"])
        #expect(Self.pages(after) == ["/srv/www/a.txt", "/srv/www/deep/c.html"], "\(after.yaml)")
        let sources = try #require(after.learned?.sources.values)
        #expect(sources.count == 2)
        #expect(Set(sources.map(\.replica)) == [container.id])
        #expect(after.learned?.losses == [:], "\(next.output)")
        #expect((after.learned?.records ?? 0) > (before.learned?.records ?? 0))
        let estimate = try #require(after.completeness?.estimates[.file])
        #expect(estimate.draws > 0 && estimate.startup > 0 && !estimate.isComplete)
    }

    private func get(
        _ page: String, _ container: RuncContainer, _ service: NginxService
    ) throws {
        let reply = try Probe.http(in: container, port: service.port, "GET", page)
        #expect(reply.hasPrefix("HTTP/1.1 200"), "\(reply.prefix(80))")
    }

    private func profile(_ agent: AgentProcess, _ container: RuncContainer) throws -> Profile {
        let folder = agent.directory + "/learned"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let name = try #require(
            names.first { $0.hasPrefix(container.id) && $0.hasSuffix(".yaml") }, "\(names)")
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        return try Profile(yaml: Array(text), file: name)
    }

    private static func programs(_ profile: Profile) -> [String] {
        profile.executables.first { $0.executable == "<runtime>" }?.exec.map(\.path) ?? []
    }

    private static func pages(_ profile: Profile) -> [String] {
        profile.executables.flatMap(\.files).map(\.path).filter { $0.hasPrefix("/srv/www/") }
            .sorted()
    }
}
