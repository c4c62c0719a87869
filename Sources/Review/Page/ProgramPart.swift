import Baseline

/// One program: what it does in a few lines, and each rule with its evidence behind it.
struct ProgramPart {
    let program: Program
    let learned: Provenance?
    /// The number of its first rule on the page.
    let firstRule: Int

    /// Names of one directory that are spelled out.
    private static let names = 12

    var html: HTML {
        var content: [HTML] = [.element("h3", [:], program.name)]
        if !program.activities.isEmpty {
            content.append(.element("dl", [:], program.activities.flatMap(line)))
        }
        if program.rules.isEmpty {
            content.append(.element("p", [:], "Does nothing that is judged."))
        }
        let never = program.abstains.joined(separator: ", ")
        if !program.isRuntime, !program.rules.isEmpty, !never.isEmpty {
            content.append(.element("p", ["class": "faint"], "May not \(never)."))
        }
        if !program.rules.isEmpty {
            content.append(
                .element(
                    "details", [:],
                    [
                        .element(
                            "summary", [:],
                            "\(ProfileReview.counted(program.rules.count, "rule")) with evidence")
                    ]
                        + program.rules.enumerated().map { i, rule in
                            details(rule, number: firstRule + i)
                        }))
        }
        return .element("article", [:], content)
    }

    private func line(_ activity: Activity) -> [HTML] {
        var words = [
            HTML.element(
                "code", [:], activity.words(names: Self.names).joined(separator: ", "))
        ]
        if let phase = activity.phase {
            words.append(.element("span", ["class": "faint"], " (\(phase.text))"))
        }
        return [.element("dt", [:], activity.verb.text), .element("dd", [:], words)]
    }

    private func details(_ rule: DescribedRule, number: Int) -> HTML {
        let seen = rule.evidence.map { " \($0.count)x" } ?? ""
        return .element(
            "details", [:],
            [
                .element(
                    "summary", [:],
                    [
                        .element("code", [:], rule.rule.text),
                        .element("span", ["class": "faint"], seen),
                    ]),
                .element(
                    "dl", ["id": "rule-\(number)"],
                    facts(rule).flatMap { label, text in
                        [.element("dt", [:], label), .element("dd", [:], text)]
                    }),
            ])
    }

    private func facts(_ rule: DescribedRule) -> [(String, String)] {
        var facts: [(String, String)] = []
        if let phase = rule.phase { facts.append(("holds", phase.text)) }
        facts += rule.digests.map { ("sha256", $0.hex) }
        if let reason = rule.reason { facts.append(("wider than seen", reason)) }
        guard let evidence = rule.evidence else {
            return facts + [("seen", "not said: the rule has no evidence")]
        }
        if let example = evidence.example { facts.append(("example", example)) }
        facts.append(("seen", ProfileReview.counted(evidence.count, "time")))
        facts.append(("first", PlainText.time(evidence.firstSeen)))
        facts.append(("last", PlainText.time(evidence.lastSeen)))
        facts.append(("by", by(evidence)))
        return facts
    }

    /// `web-1 (s00000001) 3x`
    private func by(_ evidence: Evidence) -> String {
        let shown = evidence.counts.map { entry in
            if entry.source == .unknown { return "a recording that is not named \(entry.count)x" }
            let replica = learned?.sources[entry.source]?.replica ?? ""
            let name = replica.isEmpty ? entry.source.text : "\(replica) (\(entry.source.text))"
            return "\(name) \(entry.count)x"
        }
        let further = evidence.furtherSources
        let more = further > 0 ? ", and about \(further) further recordings" : ""
        return shown.joined(separator: ", ") + more
    }
}
