public import Baseline
internal import Foundation

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
            var growth: Bool
        }
        struct Setting: Encodable {
            var field: String
            var before: String
            var after: String
            var weaker: Bool
        }
        struct Sensitive: Encodable {
            var object: String
            var weight: Int
            var reason: String
            var executable: String
            var rule: String
            var named: Bool
        }
        struct Breadth: Encodable {
            var before: Int
            var after: Int
        }
        var type = "diff"
        var growth: Bool
        var rules: [Rule]
        var settings: [Setting]
        var newlySensitive: [Sensitive]
        var breadth: Breadth
    }

    public static func text(_ diff: ProfileDiff) throws -> String {
        let form = Form(
            growth: diff.grows, rules: diff.changes.map(rule),
            settings: diff.settings.map {
                Form.Setting(
                    field: $0.field, before: $0.before, after: $0.after, weaker: $0.isWeaker)
            },
            newlySensitive: diff.newlySensitive.map {
                Form.Sensitive(
                    object: $0.object, weight: $0.weight, reason: $0.reason,
                    executable: $0.subject, rule: $0.rule, named: $0.isNamed)
            },
            breadth: Form.Breadth(before: diff.oldBreadth.score, after: diff.newBreadth.score))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }

    private static func rule(_ change: ProfileDiff.Change) -> Form.Rule {
        var access: [String]?
        if case .file(_, let its) = change.rule { access = its.words }
        return Form.Rule(
            kind: change.kind.rawValue, executable: change.subject,
            dimension: change.dimension.name, object: change.rule.object, access: access,
            accessBefore: change.before?.words, phase: change.phase?.rawValue,
            phaseBefore: change.phaseBefore?.rawValue, growth: change.isGrowth)
    }
}
