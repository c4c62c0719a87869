public import SysFlow

/// A behaviour as a record shows it: who did it, where and when.
public struct Observation: Hashable, Sendable {
    public var container: String
    public var process: ProcessID
    /// The executable that acted, for an exec the one before it; `PathBytes.runtime` for the
    /// container runtime's set-up.
    public var subject: PathBytes
    public var behaviour: Behaviour
    /// Nanoseconds since the epoch: when it began.
    public var time: Int64
    /// Of the process, then, as the kernel judges it: a reload is a start. nil: not known.
    public var phase: Phase?

    public init(
        container: String, process: ProcessID, subject: PathBytes, behaviour: Behaviour,
        time: Int64, phase: Phase? = nil
    ) {
        self.container = container
        self.process = process
        self.subject = subject
        self.behaviour = behaviour
        self.time = time
        self.phase = phase
    }
}
