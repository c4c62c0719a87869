import SysFlow

/// A profile as lines for `loadline show`: aligned columns, no colour.
public struct ProfileSummary: Sendable {
    public let profile: Profile
    private let breadth: Breadth

    public init(_ profile: Profile) {
        self.profile = profile
        breadth = profile.breadth()
    }

    public var lines: [String] {
        var lines = head + sensitive + refused
        for rules in profile.sorted().executables {
            lines.append("")
            lines += section(rules)
        }
        return lines
    }

    private var head: [String] {
        var rows = [
            ["profile", profile.name],
            ["for", selectorText],
            ["mode", profile.mode?.rawValue ?? "the agent's default"],
            [
                "actions",
                profile.actions.all.map { "\($0.dimension.name) \($0.action.rawValue)" }
                    .joined(separator: ", "),
            ],
        ]
        rows.append(["response", responseText(profile.response)])
        if let learned = profile.learned {
            rows.append(["learned", learnedText(learned)])
            rows.append(["complete", completeText(learned)])
            if let completeness = profile.completeness {
                let lines = CompletenessText(completeness).lines
                for (i, line) in lines.enumerated() { rows.append([i == 0 ? "seen" : "", line]) }
            }
        } else {
            rows.append(["learned", "no: written by hand"])
        }
        if let promoted = profile.promoted { rows.append(["promoted", promoted.text]) }
        rows.append(["breadth", breadthText])
        rows.append(["rules", totals])
        return Columns.aligned(rows)
    }

    private var breadthText: String {
        let (score, named) = (breadth.score, breadth.namedScore)
        let admitted =
            score == 0
            ? "0: no pattern admits a sensitive object"
            : "\(score): PATTERNS ADMIT sensitive objects"
        return named == 0 ? admitted : "\(admitted); \(named) by objects that are named"
    }

    /// The sensitive objects that the profile admits, worst first.
    private var sensitive: [String] {
        if breadth.findings.isEmpty { return [] }
        let rows = (breadth.admitted + breadth.named).map {
            [
                "\($0.weight)", $0.isNamed ? "named" : "ADMITTED", $0.object,
                "\($0.reason)", "by \($0.rule) of \($0.subject)",
            ]
        }
        return ["", "sensitive"] + Columns.aligned(rows).map { "  \($0)" }
    }

    private var refused: [String] {
        if profile.refused.isEmpty { return [] }
        return ["", "seen and not learned (learn --allow-class NAME learns it)"]
            + profile.refused.map { "  \($0.text)" }
    }

    private var selectorText: String {
        let selector = profile.selector
        var parts: [String] = []
        if let image = selector.image { parts.append("image \(image)") }
        if let name = selector.containerName { parts.append("container \(name)") }
        parts += selector.labels.sorted { bytesPrecede($0.key, $1.key) }.map {
            "label \($0.key)=\($0.value)"
        }
        return parts.isEmpty ? "no container: the selector is empty" : parts.joined(separator: ", ")
    }

    private func responseText(_ response: Response) -> String {
        let kills = { response.mayKill.contains($0) ? "may be killed" : "is not killed" }
        let breaker =
            response.breaker.map { "monitored after \($0) refusals and kills a minute" }
            ?? "no breaker"
        return "the first process \(kills(.initProcess)), what is started in it "
            + "\(kills(.execs)), \(breaker)"
    }

    private func learnedText(_ learned: Provenance) -> String {
        "\(Timestamp.text(learned.from)) to \(Timestamp.text(learned.to)), "
            + "\(learned.records) records"
    }

    private func completeText(_ learned: Provenance) -> String {
        let lost = learned.losses.filter { $0.value > 0 }.sorted { bytesPrecede($0.key, $1.key) }
        if lost.isEmpty { return "nothing was lost" }
        return "PARTIAL: lost " + lost.map { "\($0.value) in \($0.key)" }.joined(separator: ", ")
    }

    private var totals: String {
        let all = profile.executables
        let counts = [
            (all.reduce(0) { $0 + $1.exec.count }, "exec"),
            (all.reduce(0) { $0 + $1.files.count }, "file"),
            (all.reduce(0) { $0 + $1.egress.count }, "egress"),
            (all.reduce(0) { $0 + $1.listen.count }, "listen"),
            (all.reduce(0) { $0 + $1.capabilities.count }, "capability"),
            (all.reduce(0) { $0 + $1.acts.count }, "act"),
        ]
        return counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            + ", of \(all.count) executables"
    }

    private func section(_ rules: ExecutableRules) -> [String] {
        var rows: [[String]] = []
        for rule in rules.exec {
            rows.append(row("exec", "", rule.path, rule.evidence, Self.note(rule)))
        }
        for rule in rules.files {
            let access = rule.access.words.joined(separator: ",")
            rows.append(row("file", access, rule.path, rule.evidence, Self.note(rule)))
        }
        for rule in rules.egress {
            let object = Self.endpoint(rule.prefix, rule.ports)
            rows.append(row("egress", rule.proto.text, object, rule.evidence, Self.note(rule)))
        }
        for rule in rules.listen {
            let object = Self.endpoint(rule.prefix, rule.ports)
            rows.append(row("listen", rule.proto.text, object, rule.evidence, Self.note(rule)))
        }
        for rule in rules.capabilities {
            rows.append(row("capability", "", rule.capability.name, rule.evidence, Self.note(rule)))
        }
        for rule in rules.acts {
            rows.append(row("act", "", rule.act.name, rule.evidence, Self.note(rule)))
        }
        if rows.isEmpty { rows.append(["nothing"]) }
        return [YAMLText.visible(rules.executable)] + Columns.aligned(rows).map { "  \($0)" }
    }

    /// When it holds, and why it is wider than what was seen.
    private static func note(_ rule: some EvidentRule) -> String? {
        let parts = [rule.phase.map { "phase \($0.rawValue)" }, rule.reason].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private func row(
        _ dimension: String, _ access: String, _ object: String, _ evidence: Evidence?,
        _ reason: String?
    ) -> [String] {
        let seen = evidence.map { "\($0.count)x" } ?? ""
        return [dimension, access, object, seen, reason ?? ""]
    }

    private static func endpoint(_ prefix: Prefix, _ ports: ClosedRange<UInt16>) -> String {
        "\(prefix.text) port \(PortText.text(ports))"
    }
}

/// Rows of text as lines with aligned columns, two blanks between them.
enum Columns {
    /// Beyond this width a cell pushes the rest of its own row only.
    private static let widest = 64

    static func aligned(_ cells: [[String]]) -> [String] {
        // Names and paths come from outside: nothing in them may reach the terminal raw.
        let rows = cells.map { $0.map(YAMLText.visible) }
        var widths: [Int] = []
        for row in rows {
            for (i, cell) in row.enumerated() {
                if i == widths.count { widths.append(0) }
                if cell.count <= widest { widths[i] = max(widths[i], cell.count) }
            }
        }
        return rows.map { row in
            var line = ""
            for (i, cell) in row.enumerated() where widths[i] > 0 || !cell.isEmpty {
                line += cell
                if i < row.count - 1 {
                    line += String(repeating: " ", count: max(0, widths[i] - cell.count) + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
