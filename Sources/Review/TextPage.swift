import Baseline

/// A profile's page for a terminal.
public struct TextPage: Sendable {
    private let review: ProfileReview
    private let style: PageStyle
    private let breaker: LineBreaker

    /// Names of one directory that are spelled out.
    private static let names = 8
    /// Sensitive objects, and acts that were not learned, that are listed.
    private static let findings = 12

    public init(_ review: ProfileReview, style: PageStyle = PageStyle()) {
        self.review = review
        self.style = style
        breaker = LineBreaker(style: style)
    }

    /// The page, without what each rule is and was seen for.
    public var lines: [String] {
        [style.toned(PlainText.visible(review.profile.name), .heading)] + facts + deeds
            + completeness + missing + breadth + refused
    }

    /// What each rule says, by executable.
    public var ruleLines: [String] {
        heading("Every rule", review.size)
            + review.programs.flatMap { program in
                ["", style.toned(program.name, .heading)]
                    + RuleTable(program, replicas: review.profile.learned).lines.map { "  \($0)" }
            }
    }

    private func heading(_ title: String, _ text: String, _ tone: PageStyle.Tone = .plain)
        -> [String]
    {
        [""]
            + breaker.lines(
                Span(text: title.uppercased(), tone: .heading), column: title.count + 3,
                [Span(text: text, tone: tone)])
    }

    private func labelled(_ label: String, _ body: Span..., column: Int = 14) -> [String] {
        breaker.lines(Span(text: "  " + label, tone: .faint), column: column, body)
    }

    private var facts: [String] {
        review.facts.flatMap { fact in
            labelled(fact.label, Span(text: fact.text, tone: fact.isBad ? .bad : .plain))
        }
    }

    // MARK: what it does

    private var deeds: [String] {
        let groups = Program.alike(review.programs.filter { !$0.isRuntime || !$0.isEntry })
        return heading("What it does", review.size)
            + (groups.isEmpty ? ["", "  nothing"] : groups.flatMap(deeds))
    }

    private func deeds(of group: [Program]) -> [String] {
        guard let program = group.first else { return [] }
        let names = PathFolding.folded(group.map(\.name), names: Self.names)
        var lines =
            [""]
            + breaker.lines(
                Span(text: "  " + names.joined(separator: ", ") + ",", tone: .heading), column: 6,
                [Span(text: start(of: program), tone: .faint)])
        for activity in program.activities {
            let words = activity.words(names: Self.names).joined(separator: ", ")
            let phase = activity.phase.map { "(\($0.text))" } ?? ""
            lines += labelled(
                "  " + activity.verb.text, Span(text: words), Span(text: phase, tone: .faint),
                column: 21)
        }
        if program.isRuntime { return lines }
        if program.activities.isEmpty { return lines + labelled("  does nothing that is judged") }
        let never = program.abstains.joined(separator: ", ")
        return never.isEmpty
            ? lines
            : lines
                + labelled("  may not", Span(text: never, tone: .faint), column: 21)
    }

    private func start(of program: Program) -> String {
        if program.isRuntime { return "which starts the container and what is executed in it" }
        if program.startedBy.isEmpty {
            return program.startsItself
                ? "started by itself" : "running already: nothing in the profile starts it"
        }
        let by = PathFolding.folded(program.startedBy, names: 3).joined(separator: ", ")
        return "started by \(by)" + (program.startsItself ? " and itself" : "")
    }

    // MARK: completeness

    private var completeness: [String] {
        guard let completeness = review.profile.completeness else {
            return heading(
                "How complete it is", "not known: learn it again, or for longer", .bad)
        }
        let verdict =
            completeness.isComplete ? "enough: every dimension is complete" : "NOT ENOUGH yet"
        var lines = heading(
            "How complete it is", verdict, completeness.isComplete ? .good : .bad)
        lines.append("")
        let rows = Saturation.all(of: completeness)
        let width = max(rows.map(\.heights.count).max() ?? 0, 12)
        let table = Columns.aligned(
            [["seen", "the next draw (\(completeness.unit)) is new", ""]]
                + rows.map { row in
                    [
                        row.seen, row.estimate == nil ? "not known" : row.chance,
                        row.isComplete ? "complete" : "NOT complete",
                    ]
                })
        let names = rows.map(\.dimension.name)
        let column = (names.map(\.count).max() ?? 0) + 2
        func line(_ name: String, _ curve: String, _ rest: String) -> String {
            "  " + Self.padded(name, column) + Self.padded(curve, width + 2) + rest
        }
        lines.append(style.toned(line("", "", table[0]), .faint))
        for (row, rest) in zip(rows, table.dropFirst()) {
            lines.append(line(row.dimension.name, style.curve(row.heights), rest))
        }
        for (dimensions, reason) in Saturation.reasons(completeness) {
            let which =
                dimensions.count == Dimension.allCases.count
                ? "all" : dimensions.joined(separator: ", ")
            lines += breaker.lines(
                Span(text: "  \(which):", tone: .bad), column: 6,
                [Span(text: PlainText.visible(reason))])
        }
        let days = ProfileReview.counted(completeness.days, "day")
        lines += labelled(
            "hours",
            Span(text: style.hours(completeness.hours)),
            Span(
                text: "\(completeness.hours.count) of 24 (UTC), \(days): "
                    + "what comes at other times was not seen"))
        for job in completeness.jobs {
            lines += labelled("job", Span(text: job.text, tone: job.isUnproven ? .bad : .plain))
        }
        return lines
    }

    private var missing: [String] {
        guard let missing = review.profile.completeness?.missing else { return [] }
        if missing.isEmpty {
            return heading("Never tried", "restart, reload, probe and shutdown were all seen")
        }
        return heading("Never tried", "do this while it is learned, or it will be a deviation")
            + missing.flatMap { labelled($0.rawValue, Span(text: $0.remedy)) }
    }

    // MARK: breadth

    private var breadth: [String] {
        let breadth = review.breadth
        let named = breadth.namedScore == 0 ? "" : "; \(breadth.namedScore) by what is named"
        let score =
            breadth.score == 0
            ? "0: no pattern admits a sensitive object"
            : "\(breadth.score): PATTERNS ADMIT sensitive objects"
        let all = breadth.admitted + breadth.named
        var lines = heading("Breadth", score + named, breadth.score == 0 ? .plain : .bad)
        for finding in all.prefix(Self.findings) {
            lines += breaker.lines(
                Span(
                    text: "  \(finding.weight)  \(finding.isNamed ? "named" : "ADMITTED")",
                    tone: finding.isNamed ? .plain : .bad), column: 15,
                [
                    Span(text: "\(PlainText.visible(finding.object)): \(finding.reason)"),
                    Span(
                        text: "(\(PlainText.visible(finding.rule)) of "
                            + "\(ProcessTree.name(finding.subject)))", tone: .faint),
                ])
        }
        return lines + more(all.count)
    }

    private var refused: [String] {
        let refused = review.profile.refused
        if refused.isEmpty { return [] }
        return heading(
            "Seen and not learned", "learn --allow-class NAME learns it, if it has to be", .bad)
            + refused.prefix(Self.findings).flatMap {
                breaker.lines(Span(text: "  -"), column: 4, [Span(text: $0.text)])
            } + more(refused.count)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func more(_ count: Int) -> [String] {
        count > Self.findings
            ? ["  and \(count - Self.findings) more: --format json has all"] : []
    }
}

extension Program {
    /// The runtime that does no more than start programs: said of those.
    var isEntry: Bool { isRuntime && activities.allSatisfy { $0.verb == .starts } }
}
