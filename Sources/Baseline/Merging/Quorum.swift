import SysFlow

/// Profiles of replicas as one, with only what enough of them show. So what happened to one of
/// three, an attack for example, does not enter however often it was repeated there.
public struct QuorumMerge: Sendable {
    /// A rule that too few showed; of a file rule the access that they did not.
    public struct Dropped: Hashable, Sendable {
        public var subject: String
        public var rule: RuleDescription
        /// Replicas that allow all of it.
        public var shown: Int
    }

    public let profile: Profile
    public let dropped: [Dropped]
    /// Replicas that were merged.
    public let replicas: Int

    /// - Parameters:
    ///   - profiles: at least one.
    ///   - quorum: how many replicas have to allow all of a rule; 1: any.
    public init(_ profiles: [Profile], quorum: Int) {
        let all = profiles.dropFirst().reduce(profiles[0].normalized()) { $0.merged(with: $1) }
        let replicas = Self.replicas(profiles)
        self.replicas = replicas.count
        guard quorum > 1 else {
            profile = all
            dropped = []
            return
        }
        let coverages = replicas.map { RuleCoverage($0) }
        var kept = all
        var dropped: [Dropped] = []
        kept.executables = all.executables.compactMap { rules in
            var count = RuleCount(rules, by: coverages)
            let enough = count.kept(quorum)
            dropped += count.dropped
            return enough.isEmpty && !rules.isEmpty ? nil : enough
        }
        profile = kept
        self.dropped = dropped
    }

    /// What each replica allows; rules that do not say who showed them are their profile's own.
    private static func replicas(_ profiles: [Profile]) -> [Profile] {
        var replicas: [String: Profile] = [:]
        for (i, profile) in profiles.enumerated() {
            for (name, part) in parts(of: profile, number: i) {
                replicas[name] = replicas[name]?.merged(with: part) ?? part
            }
        }
        return replicas.sorted { bytesPrecede($0.key, $1.key) }.map(\.value)
    }

    /// The profile taken apart by the replicas that showed its rules.
    private static func parts(of profile: Profile, number: Int) -> [String: Profile] {
        let own = "profile \(number)"
        var names: [SourceID: String] = [:]
        for (id, source) in profile.learned?.sources ?? [:] {
            names[id] = source.replica.isEmpty ? own : source.replica
        }
        let known = Set(names.values)
        guard known.count > 1 else { return [known.first ?? own: profile] }
        var parts: [String: Profile] = [:]
        for name in known.union([own]) {
            func isShown(_ rule: some EvidentRule) -> Bool {
                guard let evidence = rule.evidence else { return name == own }
                return evidence.counts.contains { names[$0.source, default: own] == name }
            }
            var part = profile
            part.executables = profile.executables.map {
                ExecutableRules(
                    executable: $0.executable, exec: $0.exec.filter(isShown),
                    files: $0.files.filter(isShown), egress: $0.egress.filter(isShown),
                    listen: $0.listen.filter(isShown),
                    capabilities: $0.capabilities.filter(isShown),
                    acts: $0.acts.filter(isShown))
            }
            if known.contains(name) || part.executables.contains(where: { !$0.isEmpty }) {
                parts[name] = part
            }
        }
        return parts
    }
}

/// How many replicas allow each of one executable's rules.
private struct RuleCount {
    let rules: ExecutableRules
    /// By replica, what it does not allow.
    let missing: [ExecutableRules]
    private(set) var dropped: [QuorumMerge.Dropped] = []

    init(_ rules: ExecutableRules, by coverages: [RuleCoverage]) {
        self.rules = rules
        missing = coverages.map { $0.missing(of: rules) }
    }

    mutating func kept(_ quorum: Int) -> ExecutableRules {
        var result = rules
        result.exec = kept(rules.exec, \.exec, quorum) { .exec($0.path) }
        result.egress = kept(rules.egress, \.egress, quorum) {
            .egress($0.proto, $0.prefix, $0.ports)
        }
        result.listen = kept(rules.listen, \.listen, quorum) {
            .listen($0.proto, $0.prefix, $0.ports)
        }
        result.capabilities = kept(rules.capabilities, \.capabilities, quorum) {
            .capability($0.capability)
        }
        result.acts = kept(rules.acts, \.acts, quorum) { .act($0.act) }
        result.files = keptFiles(quorum)
        return result
    }

    private mutating func kept<Rule>(
        _ rules: [Rule], _ list: KeyPath<ExecutableRules, [Rule]>, _ quorum: Int,
        _ describe: (Rule) -> RuleDescription
    ) -> [Rule] {
        let lacking = missing.map { Set($0[keyPath: list].map(describe)) }
        return rules.filter { rule in
            let description = describe(rule)
            let shown = lacking.count { !$0.contains(description) }
            if shown < quorum { drop(description, shown) }
            return shown >= quorum
        }
    }

    private mutating func keptFiles(_ quorum: Int) -> [FileRule] {
        let lacking = missing.map { rules in
            Dictionary(
                rules.files.map { (PathBytes($0.path), $0.access) },
                uniquingKeysWith: { $0.union($1) })
        }
        return rules.files.compactMap { rule in
            var rule = rule
            for (_, bit) in FileAccess.names where rule.access.contains(bit) {
                let shown = lacking.count { $0[PathBytes(rule.path)]?.contains(bit) != true }
                guard shown < quorum else { continue }
                rule.remove(bit)
                drop(.file(rule.path, bit), shown)
            }
            return rule.access.isEmpty ? nil : rule
        }
    }

    private mutating func drop(_ rule: RuleDescription, _ shown: Int) {
        dropped.append(
            QuorumMerge.Dropped(subject: rules.executable, rule: rule, shown: shown))
    }
}
