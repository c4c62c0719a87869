public import Baseline
import SensorABI

/// What is asked: who wants what access to which object.
public struct Request: ~Escapable {
    /// The executable's path; nil for the container runtime's set-up phase.
    public let executable: Span<UInt8>?
    /// LL_DIMENSION_*.
    public let dimension: UInt8
    /// The bytes of a path, or of `struct ll_endpoint`.
    public let object: Span<UInt8>
    /// LL_ACCESS_*.
    public let access: UInt32
    /// In which the process is; nil: not known, and what any phase allows is allowed.
    public let phase: Phase?

    @_lifetime(copy executable, copy object)
    public init(
        executable: Span<UInt8>?, dimension: UInt8, object: Span<UInt8>, access: UInt32,
        phase: Phase? = nil
    ) {
        self.executable = executable
        self.dimension = dimension
        self.object = object
        self.access = access
        self.phase = phase
    }
}

/// What the profile says to a request.
public struct Decision: Hashable, Sendable {
    /// All access that the subject has to the object, asked for or not.
    public var allowed: UInt32
    /// Access asked for that is not allowed.
    public var deviating: UInt32
    /// False: the profile has no rules for this executable.
    public var subjectKnown: Bool
    /// nil: no deviation, or none of consequence.
    public var verdict: Verdict?

    public init(allowed: UInt32, deviating: UInt32, subjectKnown: Bool, verdict: Verdict?) {
        self.allowed = allowed
        self.deviating = deviating
        self.subjectKnown = subjectKnown
        self.verdict = verdict
    }
}

/// Decides requests by a program. Pure: the same request has the same decision. It knows paths and
/// no contents: what a rule binds to digests counts as allowed.
public struct Judge: Sendable {
    public let program: PolicyProgram
    public let mode: Mode
    private let walker: PolicyWalker

    public init(program: PolicyProgram, mode: Mode) {
        self.program = program
        self.mode = mode
        walker = PolicyWalker(program)
    }

    public func decide(_ request: borrowing Request) -> Decision {
        let subject =
            if let executable = request.executable {
                walker.subject(executable: executable)
            } else {
                walker.runtimeSubject
            }
        return decide(
            subject: subject, dimension: request.dimension, object: request.object,
            access: request.access, phase: request.phase)
    }

    /// The subject's state, to be kept for a process's further requests; nil path: the runtime.
    public func subject(executable: Span<UInt8>?) -> UInt32 {
        guard let executable else { return walker.runtimeSubject }
        return walker.subject(executable: executable)
    }

    /// As `decide(_:)`, for a subject that is known already.
    public func decide(
        subject: UInt32, dimension: UInt8, object: Span<UInt8>, access: UInt32,
        phase: Phase? = nil
    ) -> Decision {
        let walked = walker.allowed(
            subject: subject, dimension: dimension, object: object, phase: phase)
        let bound = walked & (LL_ACCESS_EXECUTE_BOUND | LL_ACCESS_MAP_BOUND)
        let allowed = walked & ~bound | bound >> UInt32(LL_ACCESS_BOUND_SHIFT)
        let deviating = access & ~allowed
        let verdict =
            deviating == 0
            ? nil : Verdict(mode: mode, action: program.action(dimension: dimension))
        return Decision(
            allowed: allowed, deviating: deviating, subjectKnown: subject != 0, verdict: verdict)
    }
}
