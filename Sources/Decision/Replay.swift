public import Baseline
internal import SensorABI
internal import SysFlow

/// Judges what was observed by a program: what would it have flagged, denied, killed?
public struct Replay: Sendable {
    /// Like deviations are kept once.
    public struct Key: Hashable, Sendable {
        public var subject: PathBytes
        public var behaviour: Behaviour
        /// The access that is not allowed.
        public var deviating: UInt32

        public init(subject: PathBytes, behaviour: Behaviour, deviating: UInt32) {
            self.subject = subject
            self.behaviour = behaviour
            self.deviating = deviating
        }
    }

    public struct Deviation: Hashable, Sendable {
        public var verdict: Verdict
        public var subjectKnown: Bool
        public var count: Int
        /// The earliest, and the process that did it.
        public var first: Observation
    }

    public struct Totals: Hashable, Sendable {
        public var judged = 0
        public var flagged = 0
        public var denied = 0
        public var killed = 0
        public var deviating: Int { flagged + denied + killed }
    }

    /// Distinct deviations that are kept; further ones count in the totals and in
    /// `deviationsNotKept` only.
    public let deviationLimit: Int
    /// Subjects whose state is remembered; further ones are walked each time.
    public static let subjectLimit = 65_536

    public private(set) var deviations: [Key: Deviation] = [:]
    public private(set) var deviationsNotKept = 0
    /// By raw value of the dimension.
    private var totals = Array(repeating: Totals(), count: 8)
    private let judge: Judge
    private var subjects: [PathBytes: UInt32] = [:]

    /// - Parameter mode: `.enforce` tells what enforcing would have done.
    public init(program: PolicyProgram, mode: Mode = .enforce, deviationLimit: Int = 65_536) {
        judge = Judge(program: program, mode: mode)
        self.deviationLimit = deviationLimit
    }

    public func totals(_ dimension: Dimension) -> Totals {
        totals[Int(dimension.rawValue)]
    }

    /// All dimensions together.
    public var total: Totals {
        totals.reduce(into: Totals()) {
            $0.judged += $1.judged
            $0.flagged += $1.flagged
            $0.denied += $1.denied
            $0.killed += $1.killed
        }
    }

    /// Judges one observation and counts it.
    @discardableResult
    public mutating func judge(_ observation: Observation) -> Decision {
        let subject = subject(observation.subject)
        let dimension = observation.behaviour.dimension.rawValue
        let phase = observation.phase
        let decision =
            switch observation.behaviour {
            case .exec(let path):
                judge.decide(
                    subject: subject, dimension: dimension, object: path.bytes.span,
                    access: UInt32(LL_ACCESS_EXECUTE), phase: phase)
            case .file(let path, let access):
                judge.decide(
                    subject: subject, dimension: dimension, object: path.bytes.span,
                    access: access.rawValue, phase: phase)
            case .egress(let endpoint):
                judge.decide(
                    subject: subject, dimension: dimension, object: endpoint.decisionBytes.span,
                    access: UInt32(LL_ACCESS_CONNECT), phase: phase)
            case .listen(let endpoint, _):
                judge.decide(
                    subject: subject, dimension: dimension, object: endpoint.decisionBytes.span,
                    access: UInt32(LL_ACCESS_LISTEN), phase: phase)
            case .capability(let capability):
                use(subject, dimension, capability.rawValue, phase)
            case .act(let act):
                use(subject, dimension, act.rawValue, phase)
            }
        count(observation, decision)
        return decision
    }

    private func use(
        _ subject: UInt32, _ dimension: UInt8, _ number: UInt8, _ phase: Phase?
    ) -> Decision {
        let object: [1 of UInt8] = [number]
        return judge.decide(
            subject: subject, dimension: dimension, object: object.span,
            access: UInt32(LL_ACCESS_USE), phase: phase)
    }

    private mutating func subject(_ path: PathBytes) -> UInt32 {
        if path == .runtime { return judge.subject(executable: nil) }
        if let known = subjects[path] { return known }
        let state = judge.subject(executable: path.bytes.span)
        if subjects.count < Self.subjectLimit { subjects[path] = state }
        return state
    }

    private mutating func count(_ observation: Observation, _ decision: Decision) {
        let index = Int(observation.behaviour.dimension.rawValue)
        totals[index].judged += 1
        guard let verdict = decision.verdict else { return }
        switch verdict {
        case .flagged: totals[index].flagged += 1
        case .denied: totals[index].denied += 1
        case .killed: totals[index].killed += 1
        }
        keep(observation, decision, verdict)
    }

    private mutating func keep(
        _ observation: Observation, _ decision: Decision, _ verdict: Verdict
    ) {
        let key = Key(
            subject: observation.subject, behaviour: observation.behaviour,
            deviating: decision.deviating)
        if var known = deviations[key] {
            known.count += 1
            if observation.time < known.first.time { known.first = observation }
            deviations[key] = known
        } else if deviations.count < deviationLimit {
            deviations[key] = Deviation(
                verdict: verdict, subjectKnown: decision.subjectKnown, count: 1,
                first: observation)
        } else {
            deviationsNotKept += 1
        }
    }
}
