import SysFlow

/// Capabilities and rare acts: which behaviour a record shows.
extension Learner {
    /// An attempt that failed counts: the service will make it again, and attempts are what a
    /// gate judges. The sensor leaves out what the kernel or a gate refused.
    mutating func consumeUse(_ event: ProcessEvent) {
        if event.args.first == Act.reload { return consumeReload(event) }
        guard let behaviour = Self.use(event) else { return }
        guard let (process, container) = actor(event.process, behaviour.dimension) else { return }
        learn(
            behaviour, by: process.exe, of: event.process, in: container, from: event.time,
            to: event.time)
    }

    /// A length that is none, or beyond every reload's, is not believed.
    private mutating func consumeReload(_ event: ProcessEvent) {
        guard event.args.count == 2, let milliseconds = Int64(event.args[1]),
            (1...Self.longestReload).contains(milliseconds)
        else { return }
        let end = event.time.addingReportingOverflow(milliseconds * 1_000_000)
        guard !end.overflow else { return }
        processes.reload(event.process, event.time..<end.partialValue)
    }

    /// Milliseconds; the sensor's RELOAD_NS.
    private static let longestReload: Int64 = 30_000

    /// nil: a name that this version does not know.
    private static func use(_ event: ProcessEvent) -> Behaviour? {
        guard let name = event.args.first else { return nil }
        return event.operations.contains(.capability)
            ? Capability(name: name).map(Behaviour.capability)
            : Act(name: name).map(Behaviour.act)
    }
}
