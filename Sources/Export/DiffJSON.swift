public import Baseline

/// The difference of two profiles for machines: one JSON object, keys sorted.
public enum DiffJSON {
    private struct Form: Encodable {
        struct Rule: Encodable {
            var kind: String
            var executable: String
            var dimension: String
            var object: String
            var access: [String]?
            var accessBefore: [String]?
            var phase: String?
            var phaseBefore: String?
            var sha256: [String]?
            var sha256Before: [String]?
            var growth: Bool
        }
        struct Setting: Encodable {
            var field: String
            var before: String
            var after: String
            var weaker: Bool
        }
        struct Breadth: Encodable {
            var before: Int
            var after: Int
        }
        var type = "diff"
        var growth: Bool
        var rules: [Rule]
        var settings: [Setting]
        var newlySensitive: [FormJSON.Finding]
        var breadth: Breadth
    }

    public static func text(_ diff: ProfileDiff) throws -> String {
        let form = Form(
            growth: diff.grows, rules: diff.changes.map(rule),
            settings: diff.settings.map {
                Form.Setting(
                    field: $0.field, before: $0.before, after: $0.after, weaker: $0.isWeaker)
            },
            newlySensitive: diff.newlySensitive.map(FormJSON.Finding.init),
            breadth: Form.Breadth(before: diff.oldBreadth.score, after: diff.newBreadth.score))
        return try FormJSON.text(form)
    }

    private static func rule(_ change: ProfileDiff.Change) -> Form.Rule {
        var access: [String]?
        if case .file(_, let its) = change.rule { access = its.words }
        var rule = Form.Rule(
            kind: change.kind.rawValue, executable: change.subject,
            dimension: change.dimension.name, object: change.rule.object, access: access,
            accessBefore: change.before?.words, growth: change.isGrowth)
        rule.phase = change.condition.phase?.rawValue
        if !change.condition.digests.isEmpty { rule.sha256 = change.condition.digests.map(\.hex) }
        guard let before = change.conditionBefore else { return rule }
        if before.phase != change.condition.phase {
            rule.phaseBefore = before.phase?.rawValue ?? "any"
        }
        if before.digests != change.condition.digests {
            rule.sha256Before = before.digests.map(\.hex)
        }
        return rule
    }
}
