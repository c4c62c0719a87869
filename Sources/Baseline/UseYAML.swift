import SysFlow
import Yams

/// Capabilities and acts from nodes: a name, or fields with the name and its evidence.
extension ProfileReader {
    mutating func capability(_ node: Node) -> CapabilityRule? {
        use(node, "capability", Capability.names, Capability.init(name:)).map {
            CapabilityRule(
                capability: $0.value, phase: $0.phase, evidence: $0.evidence, reason: $0.reason)
        }
    }

    mutating func act(_ node: Node) -> ActRule? {
        use(node, "act", Act.allCases.map(\.name), Act.init(name:)).map {
            ActRule(act: $0.value, phase: $0.phase, evidence: $0.evidence, reason: $0.reason)
        }
    }

    private mutating func use<Value>(
        _ node: Node, _ what: String, _ known: [String], _ make: (String) -> Value?
    ) -> (value: Value, phase: Phase?, evidence: Evidence?, reason: String?)? {
        guard admitsOneMore(node) else { return nil }
        if case .scalar = node {
            return name(node, what, known, make).map { ($0, nil, nil, nil) }
        }
        guard let fields = fields(node, known: ["name", "phase", "seen", "reason"]) else {
            return nil
        }
        let value = required(fields, "name", of: node, "write name: and that of the \(what)") {
            $0.name($1, what, known, make)
        }
        let phase = optional(fields, "phase") { $0.phase($1) }
        let seen = optional(fields, "seen") { $0.evidence($1) }
        let reason = optional(fields, "reason") { $0.text($1) }
        return value.map { ($0, phase, seen, reason) }
    }

    private mutating func name<Value>(
        _ node: Node, _ what: String, _ known: [String], _ make: (String) -> Value?
    ) -> Value? {
        guard let text = text(node) else { return nil }
        if let value = make(text) { return value }
        report(
            node, "unknown \(what) `\(text)`", NearestName.remedy(for: text, known: known))
        return nil
    }

    /// Rules of a dimension that the profile does not judge would seem to hold and do not.
    mutating func checkJudged(_ profile: Profile, _ spec: Node) {
        let rules = profile.executables
        let missing: [(String, String, Bool)] = [
            (
                "capability", "capabilities",
                profile.actions.capability == nil && rules.contains { !$0.capabilities.isEmpty }
            ),
            ("act", "acts", profile.actions.act == nil && rules.contains { !$0.acts.isEmpty }),
        ]
        for (dimension, list, isMissing) in missing where isMissing {
            within(.key("actions")) {
                $0.report(
                    spec, "`\(list)` are listed and not judged",
                    "name the action, for example actions: {\(dimension): deny}")
            }
        }
    }
}
