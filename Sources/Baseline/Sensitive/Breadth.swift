import SysFlow

/// What an attacker who has taken over the container would gain by the profile: the sensitive
/// objects that its rules admit.
public struct Breadth: Hashable, Sendable {
    /// One rule and one object that it admits.
    public struct Finding: Hashable, Sendable {
        /// The executable whose rule it is.
        public var subject: String
        public var dimension: Dimension
        /// The rule as it is written.
        public var rule: String
        /// The object as the list has it.
        public var object: String
        public var weight: Int
        public var reason: String
        /// The rule names this one object: it was seen, or written on purpose. Otherwise a
        /// pattern, network or port range admits it along with others.
        public var isNamed: Bool
    }

    /// By weight, the greatest first.
    public var findings: [Finding]

    /// Admitted by patterns, without having been named.
    public var admitted: [Finding] { findings.filter { !$0.isNamed } }
    /// Named by rules of their own.
    public var named: [Finding] { findings.filter(\.isNamed) }

    /// The weights of the objects that patterns admit, each object once. 0: every sensitive
    /// object in the profile is named there.
    public var score: Int { Self.sum(admitted) }
    /// The same of the objects that are named.
    public var namedScore: Int { Self.sum(named) }

    private static func sum(_ findings: [Finding]) -> Int {
        Dictionary(findings.map { ($0.object, $0.weight) }, uniquingKeysWith: max).values
            .reduce(0, +)
    }
}

extension Profile {
    /// The profile's breadth, measured by a list.
    public func breadth(_ list: SensitiveList = .builtin) -> Breadth {
        var survey = BreadthSurvey(list: list, written: WrittenPaths(self))
        for rules in sorted().executables { survey.visit(rules) }
        survey.findings.sort {
            if $0.weight != $1.weight { return $0.weight > $1.weight }
            if $0.subject != $1.subject { return bytesPrecede($0.subject, $1.subject) }
            if $0.rule != $1.rule { return bytesPrecede($0.rule, $1.rule) }
            return bytesPrecede($0.object, $1.object)
        }
        return Breadth(findings: survey.findings)
    }
}

private struct BreadthSurvey {
    let list: SensitiveList
    let written: WrittenPaths
    var findings: [Breadth.Finding] = []
    private var subject = ""

    init(list: SensitiveList, written: WrittenPaths) {
        self.list = list
        self.written = written
    }

    mutating func visit(_ rules: ExecutableRules) {
        subject = rules.executable
        for rule in rules.exec {
            guard let pattern = try? PathPattern(parsing: rule.path) else { continue }
            let matcher = PatternMatcher(pattern)
            note(list.programs(startedBy: matcher), .exec, rule.path, named: pattern.isLiteral)
            noteWritten(pattern, matcher, .exec, rule.path)
        }
        for rule in rules.files {
            guard let pattern = try? PathPattern(parsing: rule.path) else { continue }
            let matcher = PatternMatcher(pattern)
            let text = "\(rule.access.words.joined(separator: ", ")) \(rule.path)"
            let isNamed =
                pattern.isLiteral || rule.access == .read && pattern.isRevisionOfOneFile
            note(list.admitted(by: matcher, rule.access), .file, text, named: isNamed)
            if rule.access.contains(.map) { noteWritten(pattern, matcher, .file, text) }
        }
        for rule in rules.egress {
            let text = "\(rule.proto.text) \(rule.prefix.text) port \(PortText.text(rule.ports))"
            let isOne = rule.prefix.length >= 128 && rule.ports.count == 1
            note(list.destinations(in: rule.prefix, rule.ports), .egress, text, named: isOne)
        }
        for rule in rules.capabilities {
            note([list.object(rule.capability)], .capability, rule.capability.name, named: true)
        }
        for rule in rules.acts {
            note([list.object(rule.act)], .act, rule.act.name, named: true)
        }
    }

    private mutating func note(
        _ objects: [SensitiveObject?], _ dimension: Dimension, _ rule: String, named: Bool
    ) {
        for object in objects.compactMap(\.self) {
            findings.append(
                Breadth.Finding(
                    subject: subject, dimension: dimension, rule: rule, object: object.text,
                    weight: object.weight, reason: object.reason, isNamed: named))
        }
    }

    /// What the profile lets the container write and then run.
    private mutating func noteWritten(
        _ pattern: PathPattern, _ matcher: PatternMatcher, _ dimension: Dimension, _ rule: String
    ) {
        guard let source = written.overlapping(pattern, matcher) else { return }
        findings.append(
            Breadth.Finding(
                subject: subject, dimension: dimension, rule: rule,
                object: "code written by \(source)", weight: 9,
                reason: "what can be written there can be run", isNamed: pattern.isLiteral))
    }
}

/// The paths that a profile's rules let anybody in the container write or make.
private struct WrittenPaths {
    /// By path, who.
    private var exact: [[UInt8]: String] = [:]
    private var wide: [(matcher: PatternMatcher, subject: String)] = []

    init(_ profile: Profile) {
        for rules in profile.executables {
            for rule in rules.files where !rule.access.isDisjoint(with: [.write, .create]) {
                guard let pattern = try? PathPattern(parsing: rule.path) else { continue }
                if pattern.isLiteral {
                    exact[Self.bytes(pattern)] = rules.executable
                } else {
                    wide.append((PatternMatcher(pattern), rules.executable))
                }
            }
        }
    }

    func overlapping(_ pattern: PathPattern, _ matcher: PatternMatcher) -> String? {
        if pattern.isLiteral {
            let path = Self.bytes(pattern)
            return exact[path] ?? wide.first { $0.matcher.matches(path) }?.subject
        }
        return wide.first { $0.matcher.overlaps(matcher) }?.subject
            ?? exact.filter { matcher.matches($0.key) }.values.min(by: bytesPrecede)
    }

    private static func bytes(_ pattern: PathPattern) -> [UInt8] {
        pattern.elements.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
    }
}
