import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// Which profile a container gets, and in which mode: by image, by label, by name, and none.
    @Test func profilesAreChosenBySelectorAndHaveTheirModes() throws {
        let perl = try LearnedKinds.profile(.perl)
        let agent = try AgentProcess(
            ["--mode", "enforce", "--learn-unmatched"],
            profiles: [
                "image.yaml": perl.with(
                    name: "by-image", selector: Selector(image: "registry.test/team/perl-service-\(getpid()):*"),
                    mode: .monitor),
                "label.yaml": perl.with(
                    name: "by-label",
                    selector: Selector(
                        containerName: LearnedKinds.names("perl"), labels: ["tier": "front"]),
                    mode: .monitor),
                "name.yml": perl.with(name: "by-name"),
                "ignored.txt": perl.with(name: "a", mode: .monitor),
            ])
        try agent.waitUntilReady()
        try expect(
            agent, PerlService(), ["org.opencontainers.image.ref.name": "registry.test/team/perl-service-\(getpid()):1"],
            profile: "by-image", attackHappens: true)
        try expect(
            agent, PerlService(), ["tier": "front"], profile: "by-label", attackHappens: true)
        try expect(
            agent, PerlService(), ["tier": "back"], profile: "by-name", attackHappens: false)
        let learned = try expect(agent, RedisService(), [:], profile: nil, attackHappens: true)
        #expect(try agent.process.stop() == 0)
        let folder = agent.directory + "/learned"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.contains("-\(getpid())-")
        }
        #expect(files.count == 1, "\(files)")
        let file = try #require(files.first { $0.hasPrefix(learned.id) && $0.hasSuffix(".yaml") })
        let show = try Command.run([BuiltProgram.path(), "show", folder + "/" + file])
        #expect(show.status == 0 && show.stdout.contains("/usr/bin/redis-"), "\(show)")
    }

    /// Runs a container and one attack in it.
    /// - Parameter profile: the one it should be held to; nil: it should be learned.
    @discardableResult
    private func expect(
        _ agent: AgentProcess, _ service: some ContainerService, _ annotations: [String: String],
        profile: String?, attackHappens: Bool
    ) throws -> RuncContainer {
        var options = ContainerOptions()
        options.annotations = annotations
        let container = try service.start(options: options)
        defer { container.delete() }
        let said = try agent.waitFor(container)
        let mode = attackHappens ? "monitor" : "enforce"
        #expect(said.contains(profile.map { ": profile \($0), \(mode)" } ?? ": learning"))
        #expect(try service.answers(in: container))
        let target = try AttackTarget(container, canary: service.canary)
        defer { target.close() }
        let attack = try #require(ForeignAttacks.all.first { $0.name == "foreign-cat-shadow" })
        let effect = try attack.run(target)
        #expect(effect.happened == attackHappens, "\(profile ?? "none"): \(effect)")
        if let profile {
            let verdict = attackHappens ? "flagged" : "killed"
            try agent.wait("\(container.id) is \(verdict)") {
                agent.alerts(of: container).contains {
                    $0.profile == profile && $0.verdict == verdict && $0.dimension == "exec"
                } ? true : nil
            }
        }
        #expect(agent.alerts(of: container).isEmpty == (profile == nil))
        #expect(try service.answers(in: container))
        return container
    }
}
