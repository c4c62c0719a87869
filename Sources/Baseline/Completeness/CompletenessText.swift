/// Completeness in lines for people.
public struct CompletenessText: Sendable {
    private let completeness: Completeness

    public init(_ completeness: Completeness) { self.completeness = completeness }

    /// The verdict, then a line for each dimension, then what to do.
    public var lines: [String] {
        [completeness.isComplete ? "enough: every dimension is complete" : "NOT ENOUGH yet"]
            + Dimension.allCases.map(line) + calendar + jobs + missing
    }

    /// What is least known, in a few words.
    public var worst: String {
        let known = Dimension.allCases.compactMap { dimension in
            completeness.estimates[dimension].map { (dimension, $0) }
        }
        guard let (dimension, estimate) = known.max(by: { $1.1.isLessComplete(than: $0.1) }) else {
            return "nothing is known"
        }
        let bound = Self.percent(estimate.bound)
        return "\(estimate.draws) draws; \(dimension.name): the next one is new in up to \(bound)"
    }

    private func line(_ dimension: Dimension) -> String {
        guard let estimate = completeness.estimates[dimension] else {
            return "\(dimension.name): not known"
        }
        let startup = estimate.startup > 0 ? ", \(estimate.startup) of starts only" : ""
        let chao = Int(estimate.chao.rounded(.up))
        let more = chao > estimate.behaviours ? " of about \(chao)" : ""
        return
            "\(dimension.name): \(estimate.behaviours)\(more) behaviours\(startup); the next draw "
            + "(\(completeness.unit)) is new in \(Self.percent(estimate.unseen)), at most "
            + Self.percent(estimate.bound) + (estimate.reason.map { ": \($0)" } ?? "")
    }

    private var calendar: [String] {
        guard !completeness.hours.isEmpty else { return [] }
        return [
            "calendar: \(completeness.hours.count) of 24 hours (UTC), \(completeness.days) "
                + (completeness.days == 1 ? "day" : "days")
                + ": what comes at other times was not seen"
        ]
    }

    private var jobs: [String] {
        completeness.jobs.map { job in
            "job: \(job.executable) every \(job.period / 1_000_000_000) s, \(job.times) times"
                + (job.isUnproven ? ": unproven, seen less than three times" : "")
        }
    }

    private var missing: [String] {
        guard !completeness.missing.isEmpty else { return [] }
        return [
            "never seen, try it while learning: "
                + completeness.missing.map(\.rawValue).joined(separator: ", ")
        ]
    }

    private static func percent(_ share: Double) -> String {
        "\((share * 1e4).rounded() / 100) %"
    }
}
