import SysFlow

/// What two profiles allow differently. Evidence, reasons and the order of rules are no
/// difference.
public struct ProfileDiff: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable { case added, removed, changed }

    public struct Change: Hashable, Sendable {
        public var kind: Kind
        public var subject: String
        public var dimension: Dimension
        /// The rule as it is now, or was, where it was removed.
        public var rule: RuleDescription
        /// Of a changed file rule: the access that it gave, where that has changed.
        public var before: FileAccess?
        public var condition: RuleCondition
        /// Of a changed rule, where that has changed.
        public var conditionBefore: RuleCondition?
        /// The new profile allows something by it that the old one did not allow by any rule.
        public var isGrowth: Bool
    }

    /// A field of the profile other than its rules.
    public struct Setting: Hashable, Sendable {
        public var field: String
        public var before: String
        public var after: String
        /// Less is stopped than before.
        public var isWeaker: Bool
    }

    /// In the order of subjects and rules.
    public var changes: [Change]
    public var settings: [Setting]
    public var oldBreadth: Breadth
    public var newBreadth: Breadth

    public init(from old: Profile, to new: Profile) {
        let (old, new) = (old.normalized(), new.normalized())
        changes = Self.changes(from: old, to: new)
        settings = Self.settings(from: old, to: new)
        oldBreadth = old.breadth()
        newBreadth = new.breadth()
    }

    public var isEmpty: Bool { changes.isEmpty && settings.isEmpty }

    /// The new profile allows more or stops less.
    public var grows: Bool {
        changes.contains(where: \.isGrowth) || settings.contains(where: \.isWeaker)
    }

    /// Sensitive objects that the new profile admits or names and the old one did not.
    public var newlySensitive: [Breadth.Finding] {
        let before = Set(oldBreadth.findings.map { Sensitive($0) })
        var seen = before
        return newBreadth.findings.filter { seen.insert(Sensitive($0)).inserted }
    }

    private struct Sensitive: Hashable {
        var object: String
        var isNamed: Bool
        init(_ finding: Breadth.Finding) {
            object = finding.object
            isNamed = finding.isNamed
        }
    }

    /// Of normalized profiles.
    static func changes(from old: Profile, to new: Profile) -> [Change] {
        let allowed = RuleCoverage(old)
        let before = Dictionary(
            old.executables.map { (PathBytes($0.executable), $0) }, uniquingKeysWith: { a, _ in a })
        let after = Dictionary(
            new.executables.map { (PathBytes($0.executable), $0) }, uniquingKeysWith: { a, _ in a })
        let both =
            old.executables + new.executables.filter { before[PathBytes($0.executable)] == nil }
        let subjects = Profile(name: "", executables: both).sorted().executables.map(\.executable)
        return subjects.flatMap { subject -> [Change] in
            let none = ExecutableRules(executable: subject)
            let was = before[PathBytes(subject)] ?? none
            let now = after[PathBytes(subject)] ?? none
            var missing = allowed.missing(of: now)
            // What was not judged was allowed.
            if old.actions.capability == nil { missing.capabilities = [] }
            if old.actions.act == nil { missing.acts = [] }
            // Digests that are not judged refuse nothing.
            return changes(
                from: was, to: now, missing: missing, judgesContent: old.identity == .content)
        }
    }

    private static func changes(
        from old: ExecutableRules, to new: ExecutableRules, missing: ExecutableRules,
        judgesContent: Bool
    ) -> [Change] {
        let grown = Set(missing.descriptions.map(Place.init))
        let were = zip(old.descriptions, old.conditions)
        var before = Dictionary(were.map { (Place($0), ($0, $1)) }, uniquingKeysWith: { a, _ in a })
        var changes: [Change] = []
        for (rule, condition) in zip(new.descriptions, new.conditions) {
            let place = Place(rule)
            let was = before.removeValue(forKey: place)
            var change = Change(
                kind: was == nil ? .added : .changed, subject: new.executable,
                dimension: rule.dimension, rule: rule, condition: condition,
                isGrowth: grown.contains(place))
            if let (wasRule, wasCondition) = was {
                if wasRule == rule, wasCondition == condition { continue }
                if wasRule != rule, case .file(_, let access) = wasRule { change.before = access }
                if wasCondition != condition { change.conditionBefore = wasCondition }
                if judgesContent, condition.admitsMoreContents(than: wasCondition) {
                    change.isGrowth = true
                }
            }
            changes.append(change)
        }
        for (rule, condition) in were where before[Place(rule)] != nil {
            changes.append(
                Change(
                    kind: .removed, subject: new.executable, dimension: rule.dimension, rule: rule,
                    condition: condition, isGrowth: false))
        }
        return changes
    }

    /// A rule's object, whatever the access.
    private struct Place: Hashable {
        var rule: RuleDescription
        init(_ rule: RuleDescription) {
            if case .file(let path, _) = rule {
                self.rule = .file(path, [])
            } else {
                self.rule = rule
            }
        }
    }

    // MARK: settings

    private static func settings(from old: Profile, to new: Profile) -> [Setting] {
        var settings: [Setting] = []
        func note(_ field: String, _ before: String, _ after: String, weaker: Bool) {
            if before == after { return }
            settings.append(
                Setting(field: field, before: before, after: after, isWeaker: weaker))
        }
        note("selector", text(old.selector), text(new.selector), weaker: false)
        note(
            "mode", old.mode?.rawValue ?? "the agent's", new.mode?.rawValue ?? "the agent's",
            weaker: old.mode == .enforce)
        for dimension in Dimension.allCases {
            let was = old.actions.all.first { $0.dimension == dimension }?.action
            let now = new.actions.all.first { $0.dimension == dimension }?.action
            note(
                "actions.\(dimension.name)", was?.rawValue ?? "not judged",
                now?.rawValue ?? "not judged",
                weaker: (now?.strength ?? -1) < (was?.strength ?? -1))
        }
        func killed(_ response: Response) -> String {
            response.mayKill.map(\.rawValue).sorted(by: bytesPrecede).joined(separator: ", ")
        }
        note(
            "response.mayKill", killed(old.response), killed(new.response),
            weaker: !new.response.mayKill.isSuperset(of: old.response.mayKill))
        note(
            "response.breaker", old.response.breaker.map { "\($0)" } ?? "none",
            new.response.breaker.map { "\($0)" } ?? "none",
            weaker: (new.response.breaker ?? .max) < (old.response.breaker ?? .max))
        note(
            "identity", old.identity.rawValue, new.identity.rawValue,
            weaker: new.identity == .path)
        return settings
    }

    private static func text(_ selector: Selector) -> String {
        var parts: [String] = []
        if let image = selector.image { parts.append("image \(image)") }
        if let name = selector.containerName { parts.append("container \(name)") }
        parts += selector.labels.sorted { bytesPrecede($0.key, $1.key) }
            .map { "label \($0.key)=\($0.value)" }
        return YAMLText.visible(parts.isEmpty ? "no container" : parts.joined(separator: ", "))
    }
}
