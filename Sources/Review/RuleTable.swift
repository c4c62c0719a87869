import Baseline

/// A program's rules as rows with their evidence.
struct RuleTable {
    let program: Program
    let learned: Provenance?

    init(_ program: Program, replicas learned: Provenance?) {
        self.program = program
        self.learned = learned
    }

    var lines: [String] {
        if program.rules.isEmpty { return ["nothing"] }
        return Columns.aligned(
            program.rules.map { rule in
                [
                    rule.rule.dimension.name, rule.rule.access, rule.rule.object,
                    rule.evidence.map { "\($0.count)x" } ?? "", rule.note ?? "",
                ]
            })
    }
}

extension DescribedRule {
    /// Of what content and when it holds, why it is wider than what was seen, and what was seen.
    var note: String? {
        let content = digests.map { $0.short + "..." }.joined(separator: " or ")
        let parts = [
            content.isEmpty ? nil : "sha256 \(content)", phase?.text, reason.map(PlainText.visible),
            evidence?.example.map { "as \(PlainText.visible($0))" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
