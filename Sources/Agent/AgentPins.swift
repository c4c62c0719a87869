internal import Foundation
internal import Kernel
internal import Sensor
internal import SensorABI

/// The pins of one agent: locked for it as long as it runs, however it ends.
final class AgentPins {
    /// How long an agent that is ending is waited for; nanoseconds.
    static let patience: UInt64 = 10_000_000_000

    private let lock: DirectoryLock
    /// What is to be told of how it came about.
    let note: String?

    /// - Throws: `Node.Refusal` where another agent serves there.
    init(_ place: PinPlace) throws {
        note = try place.make().map { "mounted the BPF file system at \($0)" }
        // A successor may be started before its predecessor has ended.
        let end = Clock.boottime + Self.patience
        while true {
            if let lock = try DirectoryLock(place.root) {
                self.lock = lock
                return
            }
            guard Clock.boottime < end else { throw Self.taken(place) }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    static func taken(_ place: PinPlace) -> Node.Refusal {
        let holder =
            DirectoryLock.holder(of: place.root).map { "process \($0)" } ?? "another process"
        return Node.Refusal(
            description: "an agent serves \(place.root) already: \(holder); stop it first, or give "
                + "this one a place of its own with --pins")
    }

    /// Writes down who serves. Returns who did before; nil: nobody.
    func sign(_ node: Node) throws(KernelError) -> ll_agent? {
        var agent = try node.sensor.noted()
        let before = agent
        agent.pid = UInt64(ProcessInfo.processInfo.processIdentifier)
        agent.start_ticks = Files.startTicks(ofProcess: UInt32(agent.pid)) ?? 0
        agent.since_boottime_ns = Clock.boottime
        agent.released = 0
        if before.begun_boottime_ns == 0 {
            agent.begun_boottime_ns = agent.since_boottime_ns
        } else {
            agent.takeovers += 1
        }
        try node.sensor.note(agent)
        return before.begun_boottime_ns == 0 ? nil : before
    }
}
