import ContainerHarness
import Foundation
import Testing
import Workloads

extension AgentSuite {
    /// Seconds of chaos: LOADLINE_CHAOS_SECONDS, else five minutes.
    private static let seconds =
        ProcessInfo.processInfo.environment["LOADLINE_CHAOS_SECONDS"].flatMap { Double($0) } ?? 300
    private static let seed =
        ProcessInfo.processInfo.environment["LOADLINE_CHAOS_SEED"].flatMap { UInt64($0) } ?? 42

    /// Kibibytes that the agent's resident memory may grow: what its allocator keeps.
    private static let residentMargin = 12 << 10
    private static let places = 20
    private static let workers = 4

    /// Twenty places for containers of three kinds that come and go at random, one in ten
    /// attacking: every attack is stopped, no other container is disturbed, nothing is left.
    @Test func chaos() throws {
        let agent = try AgentProcess(
            ["--mode", "enforce"],
            profiles: Dictionary(
                uniqueKeysWithValues: try Kind.allCases.map {
                    ("\($0).yaml", try LearnedKinds.profile($0))
                }))
        try agent.waitUntilReady()
        let tally = Locked(ChaosTally())
        // Once through everything, so that what is allocated once is.
        run(agent, seconds: 3, seed: 7, tally)
        let before = try settled(agent)
        print("before: \(before)")
        run(agent, seconds: Self.seconds, seed: Self.seed, tally)
        let after = try settled(agent, as: before)
        print("after:  \(after)")
        print("chaos of \(Int(Self.seconds)) s, seed \(Self.seed): \(tally.value.summary)")
        judge(agent, tally.value)
        judgeDelays(agent)
        judgeLeaks(agent, before, after)
        #expect(try Self.leftovers().isEmpty)

        #expect(try agent.process.stop() == 0)
        for _ in 0..<100 {
            if KernelHoldings.remaining(programs: after.programs, maps: after.maps) == 0 {
                break
            }
            usleep(100_000)
        }
        #expect(KernelHoldings.remaining(programs: after.programs, maps: after.maps) == 0)
    }

    private func run(
        _ agent: AgentProcess, seconds: Double, seed: UInt64, _ tally: Locked<ChaosTally>
    ) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let kinds = (0..<Self.places).map { Kind.allCases[$0 % Kind.allCases.count] }
        let workers = (0..<Self.workers).map { worker in
            ChaosWorker(
                kinds.indices.filter { $0 % Self.workers == worker }.map { kinds[$0] },
                under: agent, seed: seed &+ UInt64(worker), tally: tally, deadline: deadline)
        }
        workers.forEach { $0.start() }
        workers.forEach { $0.wait() }
    }

    /// What the agent holds once it has let go of every container. Files that it reads are open
    /// for a moment only, so the least number of descriptors counts.
    /// - Parameter before: to be waited for, for a while; nil: nothing was held before.
    private func settled(
        _ agent: AgentProcess, as before: KernelHoldings? = nil
    ) throws -> KernelHoldings {
        try agent.wait("it lets go of every container") { agent.held == 0 ? true : nil }
        let begin = Date()
        var least = Int.max
        while true {
            usleep(250_000)
            var holdings = try KernelHoldings(of: agent.process.processIdentifier)
            least = min(least, holdings.descriptors)
            holdings.descriptors = least
            let seconds = Date().timeIntervalSince(begin)
            let isBack = before.map { least <= $0.descriptors } ?? (seconds > 1.5)
            let isEmpty =
                holdings.deadFlows == 0
                && (agent.sawOthers || holdings.containers == 0 && holdings.flows == 0)
            // Flows of the dead are swept out every 30 seconds.
            if isBack || seconds > 10, isEmpty || seconds > 40 { return holdings }
        }
    }

    private func judgeLeaks(
        _ agent: AgentProcess, _ before: KernelHoldings, _ after: KernelHoldings
    ) {
        #expect(after.descriptors == before.descriptors)
        #expect(after.programs == before.programs && after.maps == before.maps)
        #expect(after.policies == before.policies)
        #expect(after.deadFlows == 0, "flow entries of dead processes are left")
        let growth = after.residentKiB - before.residentKiB
        print("resident memory grew by \(growth) KiB, \(Self.residentMargin) are allowed")
        #expect(growth <= Self.residentMargin)
        // Others' containers have slots and flows of their own.
        guard !agent.sawOthers else { return }
        #expect(after.containers == 0 && after.flows == 0, "\(after)")
    }

    private func judge(_ agent: AgentProcess, _ tally: ChaosTally) {
        #expect(tally.failures.isEmpty, "\(tally.failures.joined(separator: "\n"))")
        #expect(!tally.attackers.isEmpty)
        let alerts = agent.alerts
        let disturbed = alerts.filter { !tally.attackers.contains($0.container.name) }
        #expect(disturbed.isEmpty, "\(disturbed.prefix(10))")
        print("\(alerts.count) alerts, \(disturbed.count) of containers that do not attack")
        let refusals = agent.notes.filter { $0.contains("cannot ") }
        #expect(refusals.isEmpty, "\(refusals.prefix(10))")
        let losses = agent.notes.filter { $0.contains("; lost ") }
        print("\(losses.count) containers with losses \(losses.prefix(5))")
    }

    private func judgeDelays(_ agent: AgentProcess) {
        let said = agent.notes.filter { $0.contains("after its cgroup was made") }
        print("held after \(HoldingDelay.summary(said.compactMap(HoldingDelay.milliseconds)))")
        // The agent says which containers ran before they were bound: on a busy machine some do.
        // Nothing here promises the first instruction; what matters is that it is not silent.
        let late = said.filter { $0.contains("was not judged") }
        print("\(late.count) of \(said.count) containers were bound after they had started")
    }

    /// Test containers' cgroups of this process.
    private static func leftovers() throws -> [String] {
        let root = try CgroupHierarchy.find().mountPoint
        return try FileManager.default.contentsOfDirectory(atPath: root).filter {
            $0.hasPrefix("loadline-test-") && $0.contains("-\(getpid())-")
        }
    }
}
