import ContainerHarness
import Foundation

/// What befalls the agent before the deed.
enum AgentTrouble: Sendable {
    case killed
    case stopped
    /// The file of its profile is cut in half.
    case misled
    /// Nothing: it holds containers at their start.
    case ready
    /// Stopped, and going on while the deed is under way. It holds containers at their start.
    case busy
}

/// An agent that holds one container to one profile, and whose holding stays when it is gone.
struct AgentHold {
    private let loadline: String
    private let container: RuncContainer
    private let mode: AttachMode
    private let text: String
    private let profiles: String
    private let pins: String

    /// - Parameter folder: for the directory of profiles.
    init(
        _ loadline: String, _ container: RuncContainer, mode: AttachMode, profile: String,
        folder: String
    ) throws {
        self.loadline = loadline
        self.mode = mode
        self.container = container
        // Every container of this kind, for those that are begun later.
        let kind = container.id.split(separator: "-").dropLast().joined(separator: "-")
        text = try String(contentsOfFile: profile, encoding: .utf8)
            .replacing(container.id, with: kind + "-*", maxReplacements: 1)
        let number = UInt32.random(in: 0...9_999_999)
        profiles = "\(folder)/profiles-\(number)"
        // Named as a container is, so that the sweep finds it.
        pins = "/sys/fs/bpf/\(RuncContainer.prefix)pins-\(getpid())-\(number)"
        try FileManager.default.createDirectory(
            atPath: profiles, withIntermediateDirectories: true)
        try write(text)
    }

    /// Whole at once, as an editor leaves a file.
    private func write(_ text: String) throws {
        try text.write(toFile: profiles + "/perl.yaml", atomically: true, encoding: .utf8)
    }

    private func start(holdingStarts: Bool = false) throws -> LoadlineProcess {
        let agent = try LoadlineProcess(
            loadline,
            [
                "agent", "--profiles", profiles, "--pins", pins, "--mode", "enforce", "--format",
                "json", "--start-hold", holdingStarts ? "on" : "off", "--start-patience",
                "\(Int(60 * Patience.factor))s",
            ])
        try agent.waitFor("watching every container")
        return agent
    }

    /// - Returns: what came of the deed, and what the agent, or the next one, said of it.
    func during(
        _ trouble: AgentTrouble, _ deed: () throws -> Effect
    ) throws -> (Effect, [PrintedAlert]) {
        var agent = try start(holdingStarts: trouble == .busy || trouble == .ready)
        // One that takes over has it from the one before.
        if !agent.output.contains("took over") { try agent.waitFor("container \(container.id) (") }
        if mode != .signal { try SystemCallReturns.waitForNone() }
        let before = Self.alerts(of: agent).count
        switch trouble {
        case .ready: break
        case .killed: try agent.kill()
        case .stopped: kill(agent.processIdentifier, SIGSTOP)
        case .busy:
            let process = agent.processIdentifier
            kill(process, SIGSTOP)
            let later = Thread {
                Thread.sleep(forTimeInterval: 1.5 * Patience.factor)
                kill(process, SIGCONT)
            }
            later.start()
        case .misled:
            // Half of it, at the end of a line, may be a profile.
            try write(String(text.prefix(text.count / 2)) + "\n{")
            // It says so, and goes on with what it has.
            try agent.waitFor("perl.yaml:")
        }
        let effect = try deed()
        switch trouble {
        case .ready: break
        case .killed: agent = try start()
        case .stopped, .busy: kill(agent.processIdentifier, SIGCONT)
        case .misled: try write(text)
        }
        let known = trouble == .killed ? 0 : before
        let end = Patience.deadline(1)
        while Self.alerts(of: agent).count == known, Date() < end { usleep(20_000) }
        let alerts = Self.alerts(of: agent).dropFirst(known)
        guard try agent.stop() == 0 else { throw HarnessError("the agent: \(agent.output)") }
        return (effect, Array(alerts))
    }

    private static func alerts(of agent: LoadlineProcess) -> [PrintedAlert] {
        // Other lines are its reports.
        agent.lines.compactMap {
            try? JSONDecoder().decode(PrintedAlert.self, from: Data($0.utf8))
        }
    }

    func release() throws {
        defer {
            Leftovers.removePins(pins)
            try? FileManager.default.removeItem(atPath: profiles)
        }
        try Command.run([loadline, "release", "--pins", pins], timeout: 60)
            .expectSuccess("loadline release")
    }
}
