import SysFlow

/// A profile made ready to be asked whether one of its rules allows all that another rule does.
struct RuleCoverage {
    private struct Subject {
        var executable: String
        var matcher: PatternMatcher?
        var exec: Paths
        var files: Paths
        var rules: ExecutableRules
    }

    /// Path rules, the literal ones found at once.
    private struct Paths {
        private struct Literal: Hashable {
            var path: PathBytes
            var phase: Phase?
        }

        private var literal: [Literal: FileAccess] = [:]
        private var wide: [(matcher: PatternMatcher, access: FileAccess, phase: Phase?)] = []

        init(_ rules: [(path: String, access: FileAccess, phase: Phase?)]) {
            for rule in rules {
                guard let pattern = try? PathPattern(parsing: rule.path) else { continue }
                if let path = pattern.literalPath {
                    literal[Literal(path: path, phase: rule.phase), default: []].formUnion(
                        rule.access)
                } else {
                    wide.append((PatternMatcher(pattern), rule.access, rule.phase))
                }
            }
        }

        /// The access that rules covering the whole pattern give wherever a rule of that phase holds.
        func access(to text: String, phase: Phase?) -> FileAccess {
            guard let pattern = try? PathPattern(parsing: text) else { return [] }
            let path = pattern.literalPath
            var access: FileAccess = []
            if let path {
                for own in Set([nil, phase]) {
                    access.formUnion(literal[Literal(path: path, phase: own)] ?? [])
                }
            }
            let matcher = PatternMatcher(pattern)
            for rule in wide
            where !access.isSuperset(of: rule.access) && Phase.covers(rule.phase, phase) {
                let isCovered =
                    path.map { rule.matcher.matches($0.bytes) } ?? rule.matcher.covers(matcher)
                if isCovered { access.formUnion(rule.access) }
            }
            return access
        }
    }

    private let subjects: [Subject]

    init(_ profile: Profile) {
        subjects = profile.executables.map { rules in
            let pattern =
                rules.executable == ExecutableRules.runtime
                ? nil : try? PathPattern(parsing: rules.executable)
            return Subject(
                executable: rules.executable, matcher: pattern.map { PatternMatcher($0) },
                exec: Paths(rules.exec.map { ($0.path, .read, $0.phase) }),
                files: Paths(rules.files.map { ($0.path, $0.access, $0.phase) }), rules: rules)
        }
    }

    /// The entries whose rules hold for every program that this pattern is for.
    private func subjects(covering executable: String) -> [Subject] {
        guard executable != ExecutableRules.runtime,
            let pattern = try? PathPattern(parsing: executable)
        else { return subjects.filter { $0.executable == executable } }
        let matcher = PatternMatcher(pattern)
        return subjects.filter {
            $0.executable == executable || $0.matcher?.covers(matcher) == true
        }
    }

    /// The part of an executable's rules that this profile does not allow; files with the access
    /// that is missing.
    func missing(of rules: ExecutableRules) -> ExecutableRules {
        let ours = subjects(covering: rules.executable)
        var missing = ExecutableRules(executable: rules.executable)
        missing.exec = rules.exec.filter { rule in
            !ours.contains { !$0.exec.access(to: rule.path, phase: rule.phase).isEmpty }
        }
        missing.files = rules.files.compactMap { rule in
            var rule = rule
            for subject in ours where !rule.access.isEmpty {
                rule.access.subtract(subject.files.access(to: rule.path, phase: rule.phase))
            }
            return rule.access.isEmpty ? nil : rule
        }
        missing.egress = rules.egress.filter { rule in
            !ours.contains {
                $0.rules.egress.contains {
                    $0.proto == rule.proto && $0.prefix.covers(rule.prefix)
                        && $0.ports.contains(rule.ports) && Phase.covers($0.phase, rule.phase)
                }
            }
        }
        missing.listen = rules.listen.filter { rule in
            !ours.contains {
                $0.rules.listen.contains {
                    $0.proto == rule.proto && $0.prefix.covers(rule.prefix)
                        && $0.ports.contains(rule.ports) && Phase.covers($0.phase, rule.phase)
                }
            }
        }
        missing.capabilities = rules.capabilities.filter { rule in
            !ours.contains {
                $0.rules.capabilities.contains {
                    $0.capability == rule.capability && Phase.covers($0.phase, rule.phase)
                }
            }
        }
        missing.acts = rules.acts.filter { rule in
            !ours.contains {
                $0.rules.acts.contains {
                    $0.act == rule.act && Phase.covers($0.phase, rule.phase)
                }
            }
        }
        return missing
    }
}

extension PathPattern {
    /// The one path that it matches, if it is one.
    var literalPath: PathBytes? {
        guard isLiteral else { return nil }
        return PathBytes(elements.compactMap { if case .byte(let byte) = $0 { byte } else { nil } })
    }
}

extension ExecutableRules {
    var isEmpty: Bool {
        exec.isEmpty && files.isEmpty && egress.isEmpty && listen.isEmpty && capabilities.isEmpty
            && acts.isEmpty
    }
}
