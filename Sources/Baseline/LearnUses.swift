import SysFlow

/// Capabilities and rare acts: which behaviour a record shows.
extension Learner {
    /// An attempt that failed counts: the service will make it again, and attempts are what a
    /// gate judges. The sensor leaves out what the kernel or a gate refused.
    mutating func consumeUse(_ event: ProcessEvent) {
        guard let behaviour = Self.use(event) else { return }
        guard let (process, container) = actor(event.process, behaviour.dimension) else { return }
        learn(
            behaviour, by: process.exe, of: event.process, in: container, from: event.time,
            to: event.time)
    }

    /// nil: a name that this version does not know.
    private static func use(_ event: ProcessEvent) -> Behaviour? {
        guard let name = event.args.first else { return nil }
        return event.operations.contains(.capability)
            ? Capability(name: name).map(Behaviour.capability)
            : Act(name: name).map(Behaviour.act)
    }
}
