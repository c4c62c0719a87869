/// How much of what a container does has been seen, by dimension: what a draw may still bring
/// (`Estimate`), which hours were covered, which jobs come by the clock, and what was never
/// tried.
public struct Completeness: Hashable, Sendable {
    /// What one draw is, see `SamplingUnit.text`.
    public var unit: String
    /// What the bound of each dimension has to stay under.
    public var threshold: Double
    public var estimates: [Dimension: Estimate]
    /// Hours of the day in which the service was seen, UTC, ascending.
    public var hours: [Int]
    /// Days on which it was seen.
    public var days: Int
    /// What comes in regular intervals.
    public var jobs: [Job]
    /// What was never seen: ask for it.
    public var missing: [Exercise]

    /// One in a thousand.
    public static let usualThreshold = 0.001
    /// Of the bounds, one-sided.
    public static let confidence = 0.95

    public init(
        unit: String, threshold: Double, estimates: [Dimension: Estimate] = [:],
        hours: [Int] = [], days: Int = 0, jobs: [Job] = [], missing: [Exercise] = []
    ) {
        self.unit = unit
        self.threshold = threshold
        self.estimates = estimates
        self.hours = hours
        self.days = days
        self.jobs = jobs
        self.missing = missing
    }

    /// Whether every dimension is: what `learn --until-stable` waits for, and promotion asks.
    public var isComplete: Bool {
        Dimension.allCases.allSatisfy { estimates[$0]?.isComplete == true }
    }

    /// Why not, by dimension, in their order; empty where it is complete.
    public var reasons: [(dimension: Dimension, reason: String)] {
        Dimension.allCases.compactMap { dimension in
            guard let estimate = estimates[dimension] else { return (dimension, "not known") }
            return estimate.reason.map { (dimension, $0) }
        }
    }

    /// Of two profiles that are merged: in each dimension the less complete, for the draws of
    /// both are not in them. Commutative, associative and idempotent.
    public func joined(with other: Completeness) -> Completeness {
        var joined = self
        joined.unit = unit == other.unit ? unit : max(unit, other.unit)
        joined.threshold = max(threshold, other.threshold)
        for dimension in Dimension.allCases {
            // One that does not know a dimension makes it unknown.
            guard let a = estimates[dimension], let b = other.estimates[dimension] else {
                joined.estimates[dimension] = nil
                continue
            }
            joined.estimates[dimension] = a.isLessComplete(than: b) ? a : b
        }
        joined.hours = Set(hours + other.hours).sorted()
        joined.days = max(days, other.days)
        joined.jobs = Job.joined(jobs, other.jobs)
        joined.missing = missing.filter(other.missing.contains)
        return joined
    }
}

/// What is asked for by name where it was not seen.
public enum Exercise: String, Hashable, Sendable, CaseIterable {
    /// A second start, in any replica.
    case restart
    /// The first process read its configuration again.
    case reload
    /// Something was started from outside, as exec probes do.
    case probe
    /// The first process ended.
    case shutdown
}

/// A program that is started in regular intervals.
public struct Job: Hashable, Sendable {
    /// A pattern.
    public var executable: String
    /// Nanoseconds.
    public var period: Int64
    /// The farthest of a gap from the median, as a share of it.
    public var jitter: Double
    /// How often it came.
    public var times: Int

    public init(executable: String, period: Int64, jitter: Double, times: Int) {
        self.executable = executable
        self.period = period
        self.jitter = jitter
        self.times = times
    }

    /// It came too seldom to believe in its period.
    public var isUnproven: Bool { times < Rhythm.proof }

    /// Of each program the one that was seen most often.
    static func joined(_ a: [Job], _ b: [Job]) -> [Job] {
        var best: [String: Job] = [:]
        for job in a + b {
            if let known = best[job.executable], !known.precedes(job) { continue }
            best[job.executable] = job
        }
        return best.values.sorted { bytesPrecede($0.executable, $1.executable) }
    }

    private func precedes(_ other: Job) -> Bool {
        (times, period, jitter) < (other.times, other.period, other.jitter)
    }
}
