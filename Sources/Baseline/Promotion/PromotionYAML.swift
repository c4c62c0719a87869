import Yams

extension ProfileReader {
    mutating func promotion(_ node: Node) -> Promotion? {
        let known = ["at", "by", "files", "judged", "deviating", "override", "against"]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "write at:, by:, files: and judged:, or remove promoted"
        let time = required(fields, "at", of: node, remedy) { $0.time($1) }
        let by = required(fields, "by", of: node, remedy) { $0.text($1) }
        let files = required(fields, "files", of: node, remedy) { $0.list($1) { $0.text($1) } }
        let judged = required(fields, "judged", of: node, remedy) { $0.count($1) }
        let deviating = optional(fields, "deviating") { $0.count($1) }
        let override = optional(fields, "override") { $0.text($1) }
        let against = optional(fields, "against") { $0.list($1) { $0.text($1) } } ?? []
        if against.count > Promotion.objectionLimit {
            report(
                node, "\(against.count) objections are more than \(Promotion.objectionLimit)",
                "keep the first")
        }
        guard let time, let by, let files, let judged else { return nil }
        return Promotion(
            time: time, by: by, files: files, judged: judged, deviating: deviating ?? 0,
            override: override, against: against)
    }
}

extension ProfileWriter {
    /// The lines below `promoted:`.
    static func lines(_ promotion: Promotion) -> [String] {
        let files = promotion.files.map(YAMLText.scalar).joined(separator: ", ")
        var lines = [
            "at: \(Timestamp.text(promotion.time))", "by: \(YAMLText.scalar(promotion.by))",
            "files: [\(files)]", "judged: \(promotion.judged)",
        ]
        if promotion.deviating > 0 { lines.append("deviating: \(promotion.deviating)") }
        if let override = promotion.override {
            lines.append("override: \(YAMLText.scalar(override))")
        }
        if !promotion.against.isEmpty {
            lines.append("against:")
            lines += promotion.against.map { "  - \(YAMLText.scalar($0))" }
        }
        return lines
    }
}
