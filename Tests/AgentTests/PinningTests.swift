import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// Enforcement outlives the agent: killed, stopped, begun again. Cycles:
    /// LOADLINE_PINNING_CYCLES, else 20.
    private static let cycles =
        ProcessInfo.processInfo.environment["LOADLINE_PINNING_CYCLES"].flatMap { Int($0) } ?? 20

    /// The agent is killed and begun again while a container's own process attacks without pause.
    /// Half of the agents are killed once they watch, the others at any instant of their start.
    @Test func killedAgainAndAgain() throws {
        try withHeldPerl { agents, service, container in
            var agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            let loop = AttackLoop(service, container)
            loop.start()
            let begin = Date()
            var ready = 0
            for cycle in 1...Self.cycles {
                if cycle % 2 == 0 {
                    try agent.waitFor("watching every container", timeout: 60)
                    usleep(UInt32.random(in: 0...300_000))
                    ready += 1
                } else {
                    usleep(UInt32.random(in: 0...500_000))
                }
                #expect(agent.isRunning, "cycle \(cycle): \(agent.output.suffix(2000))")
                try agent.kill()
                if cycle % 20 == 0 {
                    let seconds = Int(Date().timeIntervalSince(begin))
                    FileHandle.standardError.write(Data("\(cycle) cycles in \(seconds) s\n".utf8))
                }
                agent = try agents.start()
            }
            try agent.waitFor("watching every container", timeout: 60)
            let tally = loop.stop()
            let mode = agent.lines.first { $0.contains("attach mode ") } ?? "attach mode unknown"
            print(
                "\(mode): \(Self.cycles) kills (\(ready) of agents that watched) in "
                    + "\(Int(Date().timeIntervalSince(begin))) s: \(tally)")
            #expect(tally.throughInAll == 0, "\(tally)")
            #expect(tally.broken.isEmpty, "\(tally.broken.prefix(3))")
            for sort in AttackLoop.sorts { #expect(tally.tried[sort, default: 0] > 0, "\(tally)") }
            #expect(try service.answers(in: container))
            try expectStopped(service, container, agent)
            #expect(try agent.stop() == 0, "\(agent.output.suffix(2000))")
        }
    }

    /// What the last agent says of an attack names the profile, as a first one's would.
    private func expectStopped(
        _ service: PerlService, _ container: RuncContainer, _ agent: LoadlineProcess
    ) throws {
        // Alerts of the second in which the attacks without pause ended are more than are printed.
        usleep(1_100_000)
        let before = agent.lines.count { $0.hasPrefix("{") }
        #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        let end = Date(timeIntervalSinceNow: 20)
        while true {
            let alerts = agent.lines.filter { $0.hasPrefix("{") }.dropFirst(before)
            if alerts.contains(where: { $0.contains("/etc/shadow") && $0.contains("\"perl\"") }) {
                return
            }
            try #require(Date() < end, "no alert of /etc/shadow: \(agent.output.suffix(3000))")
            usleep(50_000)
        }
    }

    /// Pinned agents over one perl container that is held; released at the end, and nothing stays.
    func withHeldPerl(
        _ body: (PinnedAgents, PerlService, RuncContainer) throws -> Void
    ) throws {
        let profile = try LearnedKinds.profile(.perl)
        let agents = try PinnedAgents(["perl.yaml": profile])
        let service = PerlService()
        let container = try service.start()
        defer { container.delete() }
        try body(agents, service, container)
        try expectReleased(agents)
    }

    /// `release` leaves no pin, link, map or program.
    func expectReleased(_ agents: PinnedAgents) throws {
        let agent = try agents.startAndWait()
        let holdings = try KernelHoldings(of: agent.processIdentifier, counting: false)
        let second = try agents.start()
        #expect(try second.end(timeout: 60) == 1)
        #expect(second.output.contains("process \(agent.processIdentifier)"), "\(second.output)")
        #expect(holdings.programs.count >= 15 && holdings.maps.count >= 15, "\(holdings)")
        let refused = try agents.release()
        #expect(refused.status == 1)
        #expect(refused.stderr.contains("process \(agent.processIdentifier)"), "\(refused.stderr)")
        try agent.kill()
        // One that loaded the programs has three more, which hang nowhere and are not pinned.
        #expect(
            KernelHoldings.remaining(programs: holdings.programs, maps: [])
                >= holdings.programs.count - 3)
        let released = try agents.release()
        #expect(released.status == 0, "\(released.stderr)")
        #expect(released.stdout.contains("no container is held"), "\(released.stdout)")
        #expect(!FileManager.default.fileExists(atPath: agents.pins))
        var left = 1
        for _ in 0..<100 where left > 0 {
            usleep(100_000)
            left = KernelHoldings.remaining(programs: holdings.programs, maps: holdings.maps)
        }
        #expect(left == 0)
        let again = try agents.release()
        #expect(again.status == 0 && again.stdout.contains("nothing is pinned"), "\(again.stdout)")
    }
}
