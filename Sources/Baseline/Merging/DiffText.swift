/// A difference for people: on a terminal, or in a pull request.
extension ProfileDiff {
    /// `3 rules added, 1 removed, 2 changed; 1 setting; breadth 0 to 16`, or that there is none.
    public var summary: String {
        if isEmpty { return "no difference" }
        let counts = [Kind.added, .removed, .changed].map { kind in
            "\(changes.count { $0.kind == kind }) \(kind.rawValue)"
        }
        let growth = changes.count(where: \.isGrowth)
        var parts = [
            "rules: " + counts.joined(separator: ", ")
                + (growth > 0 ? " (\(growth) allow more)" : " (none allows more)")
        ]
        if !settings.isEmpty { parts.append("settings: \(settings.count) changed") }
        let (old, new) = (oldBreadth.score, newBreadth.score)
        parts.append(old == new ? "breadth \(new)" : "breadth \(old) to \(new)")
        return parts.joined(separator: "; ")
    }

    /// Lines for a terminal.
    public var lines: [String] {
        var lines = [summary]
        if !settings.isEmpty {
            lines += ["", "settings"]
            lines += Columns.aligned(
                settings.map {
                    ["~", $0.field, "\($0.before) -> \($0.after)", $0.isWeaker ? "WEAKER" : ""]
                }
            ).map { "  \($0)" }
        }
        var subject: String?
        var rows: [[String]] = []
        func flush() {
            guard let subject, !rows.isEmpty else { return }
            lines += ["", YAMLText.visible(subject)] + Columns.aligned(rows).map { "  \($0)" }
            rows = []
        }
        for change in changes {
            if change.subject != subject { flush() }
            subject = change.subject
            rows.append([
                change.mark, change.dimension.name, change.access, change.rule.object,
                change.conditions, change.isGrowth ? "ALLOWS MORE" : "",
            ])
        }
        flush()
        let sensitive = newlySensitive
        if !sensitive.isEmpty {
            lines += ["", "newly sensitive"]
            lines += Columns.aligned(
                sensitive.map {
                    [
                        "\($0.weight)", $0.isNamed ? "named" : "ADMITTED", $0.object, $0.reason,
                        "by \($0.rule) of \($0.subject)",
                    ]
                }
            ).map { "  \($0)" }
        }
        return lines
    }

    /// A comment for a pull request.
    ///
    /// - Parameter title: usually the profile's file.
    public func markdown(title: String) -> String {
        var text = "### \(Self.cell(title))\n\n\(summary)\n"
        if !settings.isEmpty {
            text += "\n| setting | before | after | |\n|---|---|---|---|\n"
            for setting in settings {
                text +=
                    "| \(setting.field) | \(Self.cell(setting.before)) | "
                    + "\(Self.cell(setting.after)) | \(setting.isWeaker ? "**weaker**" : "") |\n"
            }
        }
        if !changes.isEmpty {
            text += "\n| | executable | rule | access | |\n|---|---|---|---|---|\n"
            for change in changes {
                text +=
                    "| \(change.mark) | \(Self.code(change.subject)) | \(change.dimension.name) "
                    + "\(Self.code(change.rule.object)) | \(change.accessAndConditions) | "
                    + "\(change.isGrowth ? "**allows more**" : "") |\n"
            }
        }
        if !newlySensitive.isEmpty {
            text += "\n**Newly sensitive**\n\n| weight | object | why | by |\n|---|---|---|---|\n"
            for finding in newlySensitive {
                text +=
                    "| \(finding.weight) | \(Self.code(finding.object))"
                    + "\(finding.isNamed ? "" : " (**by a pattern**)") | "
                    + "\(Self.cell(finding.reason)) | \(Self.code(finding.rule)) of "
                    + "\(Self.code(finding.subject)) |\n"
            }
        }
        return text
    }

    /// Text of a profile comes from outside: it may not end the cell or be read as markup.
    private static func cell(_ text: String) -> String {
        var result = ""
        for character in YAMLText.visible(text) {
            if "\\`*_{}[]<>()#+!|~&".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    private static func code(_ text: String) -> String {
        let text = YAMLText.visible(text)
        // Within a table a bar ends the cell even inside of code, and a backtick ends the code.
        return text.contains("`") || text.contains("|") ? cell(text) : "`\(text)`"
    }
}

extension ProfileDiff.Change {
    /// `+`, `-`, `~`.
    public var mark: String {
        switch kind {
        case .added: "+"
        case .removed: "-"
        case .changed: "~"
        }
    }

    /// `read`, or of a changed rule `read -> read, write`.
    public var access: String {
        before.map { "\($0.words.joined(separator: ", ")) -> \(rule.access)" } ?? rule.access
    }

    /// When it holds and of what contents, as far as that has changed: `phase startup -> any`.
    public var conditions: String {
        guard let before = conditionBefore else {
            return condition.phase.map { "phase \($0.rawValue)" } ?? ""
        }
        var parts: [String] = []
        if before.phase != condition.phase {
            parts.append(
                "phase \(before.phase?.rawValue ?? "any") -> \(condition.phase?.rawValue ?? "any")")
        }
        if before.digests != condition.digests {
            parts.append("sha256 \(Self.text(before.digests)) -> \(Self.text(condition.digests))")
        }
        return parts.joined(separator: "; ")
    }

    fileprivate var accessAndConditions: String {
        [access, conditions].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func text(_ digests: [ContentDigest]) -> String {
        digests.isEmpty ? "any" : digests.map { $0.short + "..." }.joined(separator: " or ")
    }
}
