public import Baseline

/// What `show` says of a profile, for machines: one JSON object, keys sorted.
public enum ReviewJSON {
    private struct Form: Encodable {
        struct Seen: Encodable {
            var count: Int
            var first: String
            var last: String
            var recordings: [String: Int]
            var example: String?
        }
        struct Rule: Encodable {
            var dimension: String
            var object: String
            var access: [String]?
            var phase: String?
            var sha256: [String]?
            var reason: String?
            var seen: Seen?
        }
        struct Executable: Encodable {
            var executable: String
            var rules: [Rule]
        }
        struct Estimate: Encodable {
            var complete: Bool
            var behaviours: Int
            var startup: Int
            var draws: Int
            var unseen: Double
            var bound: Double
            var chao: Double
            var curve: [[Int]]
            var reason: String?
        }
        struct Completeness: Encodable {
            var complete: Bool
            var draw: String
            var threshold: Double
            var dimensions: [String: Estimate]
            var hours: [Int]
            var days: Int
            var missing: [String]
        }
        struct Breadth: Encodable {
            var score: Int
            var namedScore: Int
            var findings: [FormJSON.Finding]
        }
        struct Refusal: Encodable {
            var neverLearned: String
            var executable: String
            var behaviour: String
            var count: Int?
        }
        var type = "review"
        var profile: String
        var mode: String?
        var lost: [String: Int]?
        var completeness: Completeness?
        var breadth: Breadth
        var notLearned: [Refusal]
        var executables: [Executable]
    }

    public static func text(_ profile: Profile) throws -> String {
        let breadth = profile.breadth()
        let form = Form(
            profile: profile.name, mode: profile.mode?.rawValue, lost: profile.learned?.losses,
            completeness: profile.completeness.map(completeness),
            breadth: Form.Breadth(
                score: breadth.score, namedScore: breadth.namedScore,
                findings: breadth.findings.map(FormJSON.Finding.init)),
            notLearned: profile.refused.map {
                Form.Refusal(
                    neverLearned: $0.neverLearned, executable: $0.executable,
                    behaviour: $0.behaviour, count: $0.evidence?.count)
            },
            executables: profile.sorted().executables.map { rules in
                Form.Executable(executable: rules.executable, rules: rules.described.map(rule))
            })
        return try FormJSON.text(form)
    }

    private static func rule(_ rule: DescribedRule) -> Form.Rule {
        var access: [String]?
        if case .file(_, let its) = rule.rule { access = its.words }
        return Form.Rule(
            dimension: rule.rule.dimension.name, object: rule.rule.object, access: access,
            phase: rule.phase?.rawValue,
            sha256: rule.digests.isEmpty ? nil : rule.digests.map(\.hex), reason: rule.reason,
            seen: rule.evidence.map(seen))
    }

    private static func seen(_ evidence: Evidence) -> Form.Seen {
        Form.Seen(
            count: evidence.count, first: PlainText.time(evidence.firstSeen),
            last: PlainText.time(evidence.lastSeen),
            recordings: Dictionary(
                evidence.counts.map { ($0.source.text, $0.count) }, uniquingKeysWith: max),
            example: evidence.example)
    }

    private static func completeness(_ completeness: Completeness) -> Form.Completeness {
        let estimates = completeness.estimates.map { dimension, estimate in
            (
                dimension.name,
                Form.Estimate(
                    complete: estimate.isComplete, behaviours: estimate.behaviours,
                    startup: estimate.startup, draws: estimate.draws, unseen: estimate.unseen,
                    bound: estimate.bound, chao: estimate.chao,
                    curve: estimate.curve.map { [$0.draws, $0.behaviours] },
                    reason: estimate.reason)
            )
        }
        return Form.Completeness(
            complete: completeness.isComplete, draw: completeness.unit,
            threshold: completeness.threshold,
            dimensions: Dictionary(estimates, uniquingKeysWith: { a, _ in a }),
            hours: completeness.hours, days: completeness.days,
            missing: completeness.missing.map(\.rawValue))
    }
}
