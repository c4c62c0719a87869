import Yams

/// `status.completeness`: what was measured, one dimension on a line.
extension ProfileReader {
    mutating func completeness(_ node: Node) -> Completeness? {
        let known = [
            "complete", "draw", "threshold", "hours", "days", "dimensions", "jobs", "missing",
        ]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "write draw:, threshold: and dimensions:"
        let unit = required(fields, "draw", of: node, remedy) { $0.text($1) }
        let threshold = required(fields, "threshold", of: node, remedy) { $0.share($1) }
        let estimates = required(fields, "dimensions", of: node, remedy) { reader, node in
            reader.estimates(node)
        }
        let hours = optional(fields, "hours") { reader, node in
            reader.list(node) { $0.count($1) }
        }
        let days = optional(fields, "days") { $0.count($1) }
        let jobs = optional(fields, "jobs") { reader, node in reader.list(node) { $0.job($1) } }
        let missing = optional(fields, "missing") { reader, node in
            reader.list(node) {
                $0.word($1, "exercise", Exercise.allCases.map { ($0.rawValue, $0) })
            }
        }
        let complete = optional(fields, "complete") { $0.truth($1) }
        guard let unit, let threshold, let estimates else { return nil }
        let completeness = Completeness(
            unit: unit, threshold: threshold, estimates: estimates, hours: hours ?? [],
            days: days ?? 0, jobs: jobs ?? [], missing: missing ?? [])
        if let complete, complete != completeness.isComplete {
            report(
                node, "`complete` is not what the dimensions say",
                "write complete: \(completeness.isComplete)")
        }
        return completeness
    }

    private mutating func estimates(_ node: Node) -> [Dimension: Estimate]? {
        let names = Dimension.allCases.map { ($0.name, $0) }
        guard let fields = fields(node, known: names.map(\.0)) else { return nil }
        var estimates: [Dimension: Estimate] = [:]
        for (name, dimension) in names {
            estimates[dimension] = optional(fields, name) { $0.estimate($1) }
        }
        return estimates
    }

    private mutating func estimate(_ node: Node) -> Estimate? {
        let known = [
            "behaviours", "startup", "draws", "once", "twice", "unseen", "bound", "chao", "curve",
            "reason",
        ]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "learn again, or leave out status.completeness"
        var counts: [Int] = []
        for name in ["behaviours", "startup", "draws", "once", "twice"] {
            guard let count = required(fields, name, of: node, remedy, { $0.count($1) }) else {
                return nil
            }
            counts.append(count)
        }
        let unseen = required(fields, "unseen", of: node, remedy) { $0.share($1) }
        let bound = required(fields, "bound", of: node, remedy) { $0.share($1) }
        let chao = required(fields, "chao", of: node, remedy) { $0.number($1) }
        let curve = optional(fields, "curve") { $0.curve($1) }
        let reason = optional(fields, "reason") { $0.text($1) }
        guard let unseen, let bound, let chao else { return nil }
        return Estimate(
            behaviours: counts[0], startup: counts[1], draws: counts[2], once: counts[3],
            twice: counts[4], unseen: unseen, bound: bound, chao: chao, curve: curve ?? [],
            reason: reason)
    }

    private mutating func curve(_ node: Node) -> [Estimate.Point]? {
        guard let numbers = list(node, { $0.count($1) }) else { return nil }
        guard numbers.count % 2 == 0, numbers.count <= 2 * Estimate.curveLimit else {
            report(
                node, "\(numbers.count) numbers are no curve",
                "write up to \(Estimate.curveLimit) pairs of draws and behaviours")
            return nil
        }
        return stride(from: 0, to: numbers.count, by: 2).map {
            Estimate.Point(draws: numbers[$0], behaviours: numbers[$0 + 1])
        }
    }

    private mutating func job(_ node: Node) -> Job? {
        guard let fields = fields(node, known: ["executable", "period", "jitter", "times"]) else {
            return nil
        }
        let remedy = "write executable:, period: in seconds, jitter: and times:"
        let executable = required(fields, "executable", of: node, remedy) { $0.text($1) }
        let period = required(fields, "period", of: node, remedy) { $0.count($1) }
        let jitter = required(fields, "jitter", of: node, remedy) { $0.number($1) }
        let times = required(fields, "times", of: node, remedy) { $0.count($1) }
        guard let executable, let period, let jitter, let times else { return nil }
        return Job(
            executable: executable, period: Int64(clamping: period).saturatedSeconds,
            jitter: jitter, times: times)
    }

    private mutating func share(_ node: Node) -> Double? {
        guard let value = number(node) else { return nil }
        guard value <= 1 else {
            report(node, "\(value) is more than 1", "write a share from 0 to 1")
            return nil
        }
        return value
    }

    private mutating func number(_ node: Node) -> Double? {
        guard let text = text(node) else { return nil }
        guard let value = Double(text), value.isFinite, value >= 0 else {
            report(node, "`\(text)` is not a number from 0 up", "write it as 0.001")
            return nil
        }
        return value
    }
}

extension Int64 {
    /// As nanoseconds.
    fileprivate var saturatedSeconds: Int64 {
        let (value, overflow) = multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : value
    }
}

extension ProfileWriter {
    /// Lines with their depth below `status`.
    static func lines(_ completeness: Completeness) -> [(depth: Int, text: String)] {
        var lines = [
            (1, "completeness:"), (2, "complete: \(completeness.isComplete)"),
            (2, "draw: \(YAMLText.scalar(completeness.unit))"),
            (2, "threshold: \(completeness.threshold)"),
            (2, "hours: \(list(completeness.hours))"), (2, "days: \(completeness.days)"),
            (2, completeness.estimates.isEmpty ? "dimensions: {}" : "dimensions:"),
        ]
        for dimension in Dimension.allCases {
            guard let estimate = completeness.estimates[dimension] else { continue }
            lines.append((3, "\(dimension.name): {\(counts(estimate)),"))
            let numbers = estimate.curve.flatMap { [$0.draws, $0.behaviours] }
            let end = estimate.reason == nil ? "}" : ","
            lines.append((4, "curve: \(list(numbers))\(end)"))
            if let reason = estimate.reason {
                lines.append((4, "reason: \(YAMLText.scalar(reason))}"))
            }
        }
        if !completeness.jobs.isEmpty {
            lines.append((2, "jobs:"))
            for job in completeness.jobs {
                let pairs = [
                    ("executable", YAMLText.scalar(job.executable)),
                    ("period", "\(job.period / 1_000_000_000)"), ("jitter", "\(job.jitter)"),
                    ("times", "\(job.times)"),
                ]
                lines.append((3, "- " + YAMLText.inlineMap(pairs)))
            }
        }
        let missing = completeness.missing.map(\.rawValue).joined(separator: ", ")
        lines.append((2, "missing: [\(missing)]"))
        return lines
    }

    private static func counts(_ estimate: Estimate) -> String {
        let pairs = [
            ("behaviours", "\(estimate.behaviours)"), ("startup", "\(estimate.startup)"),
            ("draws", "\(estimate.draws)"), ("once", "\(estimate.once)"),
            ("twice", "\(estimate.twice)"), ("unseen", "\(estimate.unseen)"),
            ("bound", "\(estimate.bound)"), ("chao", "\(estimate.chao)"),
        ]
        return pairs.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
    }

    private static func list(_ numbers: [Int]) -> String {
        "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]"
    }
}
