import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// Containers of a run: LOADLINE_STARTS, else 40.
    private static let starts =
        ProcessInfo.processInfo.environment["LOADLINE_STARTS"].flatMap { Int($0) } ?? 40
    private static let workers = 8

    /// Containers in a row, eight at a time, whose first act is a violation: none takes effect.
    @Test func firstActsOfContainersAreHeld() throws {
        let agent = try startAgent()
        try agent.waitUntilReady()
        try freeActsHappen()
        let tally = try run(Self.starts, under: agent)
        judge(agent, tally)
        #expect(try agent.process.stop() == 0)
        #expect(Self.stopped.isEmpty, "\(Self.stopped)")
    }

    /// The same while another container floods the agent with events and alerts, and the agent is
    /// stopped for a second in every four.
    @Test func firstActsAreHeldWhileTheAgentIsBusy() throws {
        let agent = try startAgent()
        try agent.waitUntilReady()
        let flood = RuncContainer(
            name: "flood", command: ["/bin/sh", "-c", "while :; do /bin/true; done"])
        defer { flood.delete() }
        try flood.start()
        let isOver = Locked(false)
        let pauses = Locked(0)
        let process = agent.process.processIdentifier
        let pausing = Thread {
            while !isOver.value {
                kill(process, SIGSTOP)
                usleep(1_000_000)
                kill(process, SIGCONT)
                pauses.update { $0 += 1 }
                usleep(3_000_000)
            }
        }
        pausing.start()
        defer {
            isOver.set(true)
            kill(process, SIGCONT)
        }
        let tally = try run(Self.starts, under: agent)
        isOver.set(true)
        usleep(4_100_000)
        print("the agent was stopped \(pauses.value) times")
        judge(agent, tally)
        flood.delete()
        #expect(try agent.process.stop() == 0)
        let held = agent.notes.last { $0.contains("were held at their start") } ?? ""
        print(held)
        #expect(!held.hasPrefix("0 "), "no start came while the agent was stopped")
        #expect(Self.stopped.isEmpty, "\(Self.stopped)")
    }

    /// An agent that is killed while it holds a start leaves nobody stopped; somebody else's stopped
    /// process stays so.
    @Test func nobodyStaysStoppedWhereTheAgentIsKilled() throws {
        let agent = try AgentProcess(
            ["--mode", "enforce", "--start-patience", "3s"],
            profiles: ["start.yaml": FirstAct.profile("start")], holdsStarts: true)
        try agent.waitUntilReady()
        let other = try Command(["sleep", "60"])
        defer { other.signal(SIGKILL) }
        other.signal(SIGSTOP)
        let counter = try ConnectionCounter()
        let token = Canary.token()
        // What is made while it is stopped it knows nothing of.
        kill(agent.process.processIdentifier, SIGSTOP)
        let late = try FirstAct.read.container("start", token: token, port: counter.port)
        defer { late.delete() }
        try late.start()
        usleep(500_000)
        #expect(Self.stopped.count == 1, "\(Self.stopped)")
        #expect(!late.output.contains(token))
        try agent.process.kill()
        try Self.waitUntilEnded(late)
        #expect(late.output.contains(token), "nobody enforces any more")
        #expect(Self.stopped.isEmpty, "\(Self.stopped)")
        #expect(try Self.state(of: other.pid) == "T")
    }

    /// A stopped agent holds starts for as long as its patience says, and tells of those after.
    @Test func anAgentThatHangsHoldsNobodyForEver() throws {
        let agent = try AgentProcess(
            ["--mode", "enforce", "--start-patience", "1s"],
            profiles: ["start.yaml": FirstAct.profile("start")], holdsStarts: true)
        try agent.waitUntilReady()
        kill(agent.process.processIdentifier, SIGSTOP)
        defer { kill(agent.process.processIdentifier, SIGCONT) }
        usleep(1_500_000)
        let counter = try ConnectionCounter()
        let token = Canary.token()
        let container = try FirstAct.read.container("start", token: token, port: counter.port)
        defer { container.delete() }
        try container.start()
        try Self.waitUntilEnded(container)
        #expect(container.output.contains(token))
        kill(agent.process.processIdentifier, SIGCONT)
        try agent.process.waitFor("without being held")
        #expect(try agent.process.stop() == 0)
    }

    /// What is executed into a container that has no profile waits for nobody.
    @Test func whatIsExecutedIntoAContainerIsNotHeld() throws {
        let agent = try AgentProcess(
            ["--mode", "enforce", "--start-patience", "30s"],
            profiles: ["start.yaml": FirstAct.profile("start")], holdsStarts: true)
        try agent.waitUntilReady()
        let container = RuncContainer(name: "free", command: ["/bin/sleep", "100"])
        defer { container.delete() }
        try container.start()
        try agent.process.waitFor("container \(container.id) (")
        kill(agent.process.processIdentifier, SIGSTOP)
        defer { kill(agent.process.processIdentifier, SIGCONT) }
        // With its usual patience, less than the agent's.
        let said = try container.exec(["/bin/echo", "at once"])
        #expect(said.stdout == "at once\n", "\(said)")
        kill(agent.process.processIdentifier, SIGCONT)
        #expect(try agent.process.stop() == 0)
    }

    /// R, S, T, Z and so on, as /proc has it.
    private static func state(of process: Int32) throws -> String {
        let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return stat.split(separator: ")").last?.split(separator: " ").first.map(String.init) ?? ""
    }

    private func startAgent() throws -> AgentProcess {
        var flood = FirstAct.profile("flood")
        flood.mode = .monitor
        return try AgentProcess(
            ["--mode", "enforce"],
            profiles: ["start.yaml": FirstAct.profile("start"), "flood.yaml": flood],
            holdsStarts: true)
    }

    /// The allowed twin: without a profile each act takes effect.
    private func freeActsHappen() throws {
        let counter = try ConnectionCounter()
        for act in FirstAct.allCases {
            let token = Canary.token()
            let container = try act.container("free", token: token, port: counter.port)
            defer { container.delete() }
            try container.start()
            try waitForEnd(container)
            let happened = act == .connect ? counter.take() == 1 : container.output.contains(token)
            #expect(happened, "\(act): \(container.output)")
        }
    }

    // MARK: Runs

    private struct Tally: Sendable {
        var containers: [String] = []
        /// What each of them said, by its id.
        var outputs: [String: String] = [:]
        var effects: [String] = []
        var failures: [String] = []
    }

    private func run(_ count: Int, under agent: AgentProcess) throws -> Tally {
        let counter = try ConnectionCounter()
        let port = counter.port
        let tally = Locked(Tally())
        let next = Locked(0)
        let ended = DispatchSemaphore(value: 0)
        let begin = Date()
        for _ in 0..<Self.workers {
            let worker = Thread {
                while true {
                    let number = next.update { next in
                        next += 1
                        return next - 1
                    }
                    guard number < count else { break }
                    let act = FirstAct.allCases[number % FirstAct.allCases.count]
                    Self.start(act, port, tally)
                }
                ended.signal()
            }
            worker.start()
        }
        for _ in 0..<Self.workers { ended.wait() }
        var result = tally.value
        let connections = counter.take()
        if connections > 0 { result.effects.append("\(connections) connections") }
        print(
            "\(result.containers.count) containers in \(Int(Date().timeIntervalSince(begin))) s, "
                + "\(result.effects.count) first acts took effect")
        return result
    }

    private static func start(_ act: FirstAct, _ port: UInt16, _ tally: Locked<Tally>) {
        do {
            // Whatever another thread of this process forks has the new program open for writing for
            // a moment, and what is open so cannot be executed.
            for _ in 0..<10 {
                if try startOnce(act, port, tally) { return }
            }
            tally.update { $0.failures.append("\(act): its program is never executed") }
        } catch {
            tally.update { $0.failures.append("\(act): \(error)") }
        }
    }

    /// Returns false where the kernel would not execute its program.
    private static func startOnce(
        _ act: FirstAct, _ port: UInt16, _ tally: Locked<Tally>
    ) throws -> Bool {
        let token = Canary.token()
        let container = try act.container("start", token: token, port: port)
        defer { container.delete() }
        try container.start()
        try waitUntilEnded(container)
        let output = container.output
        if output.contains("text file busy") { return false }
        tally.update { tally in
            tally.containers.append(container.id)
            tally.outputs[container.id] = "\(act): \(output)"
            if output.contains(token) { tally.effects.append("\(act) of \(container.id)") }
        }
        return true
    }

    private func waitForEnd(_ container: RuncContainer) throws {
        try Self.waitUntilEnded(container)
    }

    private static func waitUntilEnded(_ container: RuncContainer) throws {
        for _ in 0..<6_000 {
            if try container.hasEnded() { return }
            usleep(5_000)
        }
        throw HarnessError("\(container.id) does not end: \(container.output)")
    }

    private func judge(_ agent: AgentProcess, _ tally: Tally) {
        #expect(tally.effects.isEmpty, "\(tally.effects)")
        #expect(tally.failures.isEmpty, "\(tally.failures.prefix(10))")
        #expect(tally.containers.count == Self.starts)
        // What the agent says of the last ones may still be on its way.
        var silent = tally.containers
        for _ in 0..<120 where !silent.isEmpty {
            usleep(500_000)
            let alerted = Set(agent.alerts.map(\.container.name))
            silent = silent.filter { !alerted.contains($0) }
        }
        let said = agent.notes.filter { note in silent.prefix(10).contains { note.contains($0) } }
        let outputs = silent.prefix(10).map { "\($0) \(tally.outputs[$0] ?? "")" }
        #expect(silent.isEmpty, "without an alert: \(outputs); \(said)")
        let unheld = agent.notes.filter { $0.contains("without being held") }
        #expect(unheld.isEmpty, "\(unheld)")
    }

    /// This machine's processes that are stopped in a test container of this process.
    private static var stopped: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { name in
            guard Int32(name) != nil,
                let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let cgroup = try? String(contentsOfFile: "/proc/\(name)/cgroup", encoding: .utf8)
            else { return false }
            return stat.contains(") T ") && cgroup.contains("-\(getpid())-")
        }
    }
}
