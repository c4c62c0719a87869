public import SysFlow

/// Something that a profile does not allow, as an alert has it.
public struct Deviation: Hashable, Sendable {
    /// The object's side of a behaviour; for a file the access bits that were asked for.
    public enum Object: Hashable, Sendable {
        case exec(PathBytes)
        case file(PathBytes, FileAccess)
        case egress(Endpoint)
        case listen(Endpoint)
        case capability(Capability)
        case act(Act)
    }

    /// The executable that asked (for an exec the one before it), `PathBytes.runtime` for the
    /// runtime's set-up.
    public var subject: PathBytes
    public var object: Object
    /// In which the process was; nil: not known, or of no matter.
    public var phase: Phase?

    public init(subject: PathBytes, object: Object, phase: Phase? = nil) {
        self.subject = subject
        self.object = object
        self.phase = phase
    }

    /// Whether a rule of a phase speaks of it.
    func isIn(_ ruled: Phase?) -> Bool { phase == nil || Phase.covers(ruled, phase) }

    public var dimension: Dimension {
        switch object {
        case .exec: .exec
        case .file: .file
        case .egress: .egress
        case .listen: .listen
        case .capability: .capability
        case .act: .act
        }
    }
}

/// What a profile allows that is nearest to a deviation.
public struct NearestRule: Hashable, Sendable {
    /// What differs between the rule and the deviation; ordered from the least difference.
    public enum Difference: Int, Hashable, Sendable, Comparable {
        /// Allowed after all: the profile changed since.
        case none
        /// The rule is for this object, in another phase.
        case phase
        /// The rule is for this object, with less access.
        case access
        /// The rule is for another port of this address.
        case port
        /// The rule is for another address at this port.
        case address
        /// The rule is for another protocol with this address and port.
        case proto
        /// The rule is for another executable.
        case subject
        /// The rule is for an object that begins alike.
        case object

        public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    /// The executable whose rule it is.
    public var subject: String
    /// The rule as it is written: a pattern with its access, or protocol, address and port.
    public var rule: String
    public var difference: Difference
    /// For one line of an alert: `read is allowed, write is not`.
    public var explanation: String
}

/// The answer for one deviation.
public struct NearestRules: Hashable, Sendable {
    /// Nearest first, at most `limit`.
    public var rules: [NearestRule]
    /// Whether the profile has any rules for the executable.
    public var subjectIsKnown: Bool
    /// One line for people.
    public var text: String

    public static let limit = 3
}
