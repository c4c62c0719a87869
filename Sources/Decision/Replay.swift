public import Baseline

/// Judges recorded behaviours by a program: what would it have flagged, denied, killed?
public struct Replay: Sendable {
    /// Like deviations are kept once.
    public struct Key: Hashable, Sendable {
        public var subject: Behaviour.Subject
        public var dimension: Behaviour.Dimension
        public var object: Behaviour.Object
        /// The access that is not allowed.
        public var deviating: UInt32

        public init(
            subject: Behaviour.Subject, dimension: Behaviour.Dimension, object: Behaviour.Object,
            deviating: UInt32
        ) {
            self.subject = subject
            self.dimension = dimension
            self.object = object
            self.deviating = deviating
        }
    }

    public struct Deviation: Hashable, Sendable {
        public var verdict: Verdict
        public var subjectKnown: Bool
        public var count: Int
        /// The earliest, and the process that did it.
        public var first: Behaviour
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
    private var subjects: [String: UInt32] = [:]

    /// - Parameter mode: `.enforce` tells what enforcing would have done.
    public init(program: PolicyProgram, mode: Mode = .enforce, deviationLimit: Int = 65_536) {
        judge = Judge(program: program, mode: mode)
        self.deviationLimit = deviationLimit
    }

    public func totals(_ dimension: Behaviour.Dimension) -> Totals {
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

    /// Judges one behaviour and counts it.
    @discardableResult
    public mutating func judge(_ behaviour: Behaviour) -> Decision {
        let subject = subject(behaviour.subject)
        let decision =
            switch behaviour.object {
            case .path(let path):
                judge.decide(
                    subject: subject, dimension: behaviour.dimension.rawValue,
                    object: path.utf8.span, access: behaviour.access)
            case .endpoint(let proto, let address, let port):
                judge.decide(
                    subject: subject, dimension: behaviour.dimension.rawValue,
                    object: Endpoint(proto: proto, address: address, port: port).bytes.span,
                    access: behaviour.access)
            }
        count(behaviour, decision)
        return decision
    }

    private mutating func subject(_ subject: Behaviour.Subject) -> UInt32 {
        guard case .executable(let path) = subject else { return judge.subject(executable: nil) }
        if let known = subjects[path] { return known }
        let state = judge.subject(executable: path.utf8.span)
        if subjects.count < Self.subjectLimit { subjects[path] = state }
        return state
    }

    private mutating func count(_ behaviour: Behaviour, _ decision: Decision) {
        let index = Int(behaviour.dimension.rawValue)
        totals[index].judged += 1
        guard let verdict = decision.verdict else { return }
        switch verdict {
        case .flagged: totals[index].flagged += 1
        case .denied: totals[index].denied += 1
        case .killed: totals[index].killed += 1
        }
        keep(behaviour, decision, verdict)
    }

    private mutating func keep(_ behaviour: Behaviour, _ decision: Decision, _ verdict: Verdict) {
        let key = Key(
            subject: behaviour.subject, dimension: behaviour.dimension, object: behaviour.object,
            deviating: decision.deviating)
        if var known = deviations[key] {
            known.count += 1
            if behaviour.time < known.first.time { known.first = behaviour }
            deviations[key] = known
        } else if deviations.count < deviationLimit {
            deviations[key] = Deviation(
                verdict: verdict, subjectKnown: decision.subjectKnown, count: 1, first: behaviour)
        } else {
            deviationsNotKept += 1
        }
    }
}
