import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// A profile without what the service itself needs: the service survives, the alarm is
    /// raised, no more is refused and killed than the profile's budget, until somebody loads the
    /// profile again.
    @Test func aWrongProfileCostsNoMoreThanItsBudget() throws {
        let budget = 6
        var wrong = try LearnedKinds.profile(.nginx)
        for index in wrong.executables.indices {
            wrong.executables[index].files.removeAll {
                $0.path.hasPrefix("/etc/nginx") || $0.path.hasPrefix("/srv/www")
            }
        }
        wrong.response = Response(mayKill: [], breaker: budget)
        let agent = try AgentProcess(["--mode", "enforce"], profiles: ["nginx.yaml": wrong])
        try agent.waitUntilReady()
        let service = NginxService()
        let container = try service.container()
        defer { container.delete() }
        // The first process reads its configuration under the wrong profile.
        try container.start()
        try container.waitUntilListening(service.port)
        try agent.waitFor(container)

        try spend(budget, agent, service, container, times: 1)
        let alarm = try #require(agent.alarms.first)
        #expect(alarm.alarm == "breaker" && alarm.profile == "nginx")
        #expect(alarm.containers == [container.id])
        #expect(agent.alerts(of: container).count { $0.restraint == "breaker" } == 1)
        // It may read its configuration anew, too.
        let spared = agent.alerts(of: container).filter { $0.restraint == "spared" }
        try container.signal(SIGHUP)
        #expect(try service.answers(in: container))

        // The profile is loaded again: what it allows itself to do begins anew.
        try agent.put("nginx.yaml", wrong)
        try agent.wait("the profile is loaded again") {
            agent.notes.contains { $0.hasPrefix("profile nginx loaded again") } ? true : nil
        }
        try spend(budget, agent, service, container, times: 2)
        #expect(try container.state() == "running")
        #expect(try agent.process.stop() == 0)
        print(
            "\(stopped(agent, container)) refused or killed, \(spared.count) of the first process "
                + "let pass, \(agent.alerts(of: container).count) alerts")
    }

    /// Asks for pages until the budget is spent; what comes after is only flagged.
    private func spend(
        _ budget: Int, _ agent: AgentProcess, _ service: NginxService,
        _ container: RuncContainer, times: Int
    ) throws {
        try agent.wait("the alarm is raised", timeout: 60) {
            _ = try? service.answers(in: container)
            return agent.alarms.count >= times ? true : nil
        }
        for _ in 0..<20 where try !service.answers(in: container) { usleep(100_000) }
        let figures = try Load.nginx(container, seconds: 2)
        #expect(figures.errors == 0 && figures.requests > 100, "\(figures)")
        try agent.wait("what comes after is flagged") {
            agent.alerts(of: container).last?.verdict == "flagged" ? true : nil
        }
        #expect(stopped(agent, container) == budget * times)
        #expect(agent.alarms.count == times)
    }

    private func stopped(_ agent: AgentProcess, _ container: RuncContainer) -> Int {
        agent.alerts(of: container).count { $0.verdict != "flagged" }
    }

    /// The first process, and what a runtime starts in the running container, are killed where
    /// the profile names them and flagged elsewhere.
    @Test func whoMayBeKilledIsWrittenInTheProfile() throws {
        let source = #"""
            while (1) {
                select(undef, undef, undef, 0.05);
                next unless -e "/run/go";
                unlink "/run/go";
                open(my $in, "<", "/etc/shadow");
                open(my $out, ">", "/run/done");
            }
            """#
        let container = RuncContainer(
            name: "first", command: ["/usr/bin/perl", "-e", source])
        defer { container.delete() }
        let profile = Self.profile(of: container)
        let agent = try AgentProcess(["--mode", "enforce"], profiles: ["first.yaml": profile])
        try agent.waitUntilReady()
        try container.start()
        try agent.waitFor(container)

        try container.plant(ContainerFile("/run/go", ""))
        try agent.wait("the first process went on") {
            try container.contents(of: "/run/done") == nil ? nil : true
        }
        #expect(try container.exec(["/usr/bin/cat", "/etc/hostname"]).status == 0)
        let both: Set<String> = ["exec /usr/bin/cat", "file /etc/shadow"]
        try agent.wait("both are flagged") {
            let alerts = agent.alerts(of: container)
            guard alerts.allSatisfy({ $0.verdict == "flagged" && $0.restraint == "spared" }) else {
                throw HarnessError("\(alerts)")
            }
            let said = Set(alerts.map { "\($0.dimension) \($0.object)" })
            return said.isSuperset(of: both) ? true : nil
        }

        var killing = profile
        killing.response.mayKill = [.initProcess, .execs]
        try agent.put("first.yaml", killing)
        try agent.wait("the profile is changed") {
            agent.notes.contains { $0.hasPrefix("profile first changed") } ? true : nil
        }
        #expect(try container.exec(["/usr/bin/cat", "/etc/hostname"]).status == 137)
        #expect(try container.state() == "running")
        try container.removeFile("/run/done")
        try container.plant(ContainerFile("/run/go", ""))
        try agent.wait("the first process is killed") { try container.hasEnded() ? true : nil }
        try agent.wait("both are told") {
            agent.alerts(of: container).count { $0.verdict == "killed" } >= 2 ? true : nil
        }
        #expect(try agent.process.stop() == 0)
    }

    private static func profile(of container: RuncContainer) -> Profile {
        let files: [FileRule] = [
            FileRule(path: "/usr/**", access: [.read, .map]),
            FileRule(path: "/etc/ld.so.cache", access: .read),
            FileRule(path: "/dev/**", access: [.read, .write]),
            FileRule(path: "/run/done", access: [.write, .create]),
        ]
        return Profile(
            name: "first", selector: Selector(containerName: container.id),
            executables: [
                ExecutableRules(
                    executable: ExecutableRules.runtime, exec: [ExecRule(path: "/usr/bin/perl")]),
                ExecutableRules(executable: "/usr/bin/perl", files: files),
                ExecutableRules(
                    executable: "/usr/bin/cat",
                    files: [FileRule(path: "/**", access: [.read, .map, .write])]),
            ])
    }
}
