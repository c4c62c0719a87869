import Baseline
import SensorABI
import SysFlow

/// Reads a profile's rules into a graph: a node for the root, which executables' paths are
/// walked from, and one for the runtime's set-up phase.
struct RuleCollector {
    private let profile: Profile
    private let limits: CompileLimits
    private(set) var rules = RuleIndex()
    private var builder = RuleGraphBuilder()
    private var strings = RuleStrings()
    private var labels = 0

    var graph: RuleGraph { builder.graph }
    private(set) var root: Int32 = -1
    private(set) var runtime: Int32?

    init(_ profile: Profile, limits: CompileLimits) throws(CompileError) {
        self.profile = profile
        self.limits = limits
        var subjects = RuleStrings()
        for group in grouped() {
            strings.removeAll()
            for executable in group.executables { try collect(executable) }
            try countLabels(strings)
            strings.sort()
            let node = builder.add(strings)
            guard let first = group.executables.first else { continue }
            if group.isRuntime {
                runtime = node
                continue
            }
            let rule = rules.add(executable: first, .executable)
            let pattern = try pattern(group.text, rule)
            subjects.add(
                dimension: UInt8(LL_DIMENSION_SUBJECT), pattern: pattern, accept: 0, subject: node,
                rule: rule)
        }
        try countLabels(subjects)
        subjects.sort()
        root = builder.add(subjects)
    }

    private struct Group {
        var text: String
        var executables: [Int]
        var isRuntime: Bool { text == ExecutableRules.runtime }
    }

    /// Executables of the same written pattern share one set of rules.
    private func grouped() -> [Group] {
        var groups: [Group] = []
        var byText: [String: Int] = [:]
        for (index, rules) in profile.executables.enumerated() {
            if let known = byText[rules.executable] {
                groups[known].executables.append(index)
            } else {
                byText[rules.executable] = groups.count
                groups.append(Group(text: rules.executable, executables: [index]))
            }
        }
        return groups
    }

    private mutating func collect(_ executable: Int) throws(CompileError) {
        let own = profile.executables[executable]
        for (index, exec) in own.exec.enumerated() {
            let rule = rules.add(executable: executable, .exec, index)
            strings.add(
                dimension: UInt8(LL_DIMENSION_EXEC), pattern: try pattern(exec.path, rule),
                accept: exec.phase.accept(
                    accept(LL_ACCESS_EXECUTE, LL_ACCESS_EXECUTE_BOUND, exec.digests)),
                rule: rule)
        }
        for (index, file) in own.files.enumerated() {
            let rule = rules.add(executable: executable, .files, index)
            let pattern = try pattern(file.path, rule)
            // Allows nothing: read for its errors only.
            guard !file.access.isEmpty else { continue }
            var access = file.access.rawValue
            if file.access.contains(.map) {
                access &= ~LL_ACCESS_MAP
                access |= accept(LL_ACCESS_MAP, LL_ACCESS_MAP_BOUND, file.digests)
            }
            strings.add(
                dimension: UInt8(LL_DIMENSION_FILE), pattern: pattern,
                accept: file.phase.accept(access), rule: rule)
        }
        for (index, egress) in own.egress.enumerated() {
            let rule = rules.add(executable: executable, .egress, index)
            try check(egress.prefix, rule)
            strings.add(
                dimension: UInt8(LL_DIMENSION_EGRESS), proto: egress.proto, prefix: egress.prefix,
                ports: egress.ports, accept: egress.phase.accept(LL_ACCESS_CONNECT), rule: rule)
        }
        for (index, listen) in own.listen.enumerated() {
            let rule = rules.add(executable: executable, .listen, index)
            try check(listen.prefix, rule)
            strings.add(
                dimension: UInt8(LL_DIMENSION_LISTEN), proto: listen.proto, prefix: listen.prefix,
                ports: listen.ports, accept: listen.phase.accept(LL_ACCESS_LISTEN), rule: rule)
        }
        for (index, use) in own.capabilities.enumerated() {
            strings.add(
                dimension: UInt8(LL_DIMENSION_CAPABILITY), number: use.capability.rawValue,
                accept: use.phase.accept(LL_ACCESS_USE),
                rule: rules.add(executable: executable, .capabilities, index))
        }
        for (index, use) in own.acts.enumerated() {
            strings.add(
                dimension: UInt8(LL_DIMENSION_ACT), number: use.act.rawValue,
                accept: use.phase.accept(LL_ACCESS_USE),
                rule: rules.add(executable: executable, .acts, index))
        }
    }

    /// Where two rules meet on a path, the one that names no content allows any.
    private func accept(
        _ free: UInt32, _ bound: UInt32, _ digests: [ContentDigest]
    ) -> UInt32 {
        profile.identity == .path || digests.isEmpty ? free : bound
    }

    private func pattern(_ text: String, _ rule: Int32) throws(CompileError) -> PathPattern {
        let pattern: PathPattern
        do {
            pattern = try PathPattern(parsing: text)
        } catch {
            throw self.error(.syntax(offset: error.offset, problem: error.description), rule)
        }
        var shortest = 0
        for element in pattern.elements { shortest += element == .uuid ? 36 : 1 }
        guard shortest <= limits.patternBytes else {
            throw self.error(.patternTooLong(limit: limits.patternBytes), rule)
        }
        return pattern
    }

    private func check(_ prefix: Prefix, _ rule: Int32) throws(CompileError) {
        guard (0...128).contains(prefix.length) else {
            throw error(.prefixLength(prefix.length), rule)
        }
    }

    private func error(_ reason: CompileError.Reason, _ rule: Int32) -> CompileError {
        CompileError(
            profile: profile.name, reason: reason, rules: [rules.name(rule, in: profile)])
    }

    private mutating func countLabels(_ strings: RuleStrings) throws(CompileError) {
        labels += strings.labels.count
        guard labels > limits.ruleLabels else { return }
        var weights: [Int32: Int] = [:]
        for entry in strings.entries { weights[entry.rule, default: 0] += entry.labels.count }
        throw CompileError(
            profile: profile.name, reason: .limit(.ruleLabels, limit: limits.ruleLabels),
            rules: rules.heaviest(weights, in: profile))
    }
}

extension Phase? {
    /// The accept value that gives this access in this phase, in both where there is none.
    fileprivate func accept(_ access: UInt32) -> UInt32 {
        switch self {
        case nil: access | access << UInt32(LL_STARTUP_SHIFT)
        case .serving: access
        case .startup: access << UInt32(LL_STARTUP_SHIFT)
        }
    }
}
