import SysFlow

/// What holding one replica to a profile of the others would have cost: an estimate of what the
/// profile of all of them costs the next one.
public struct HoldOut: Hashable, Sendable {
    /// Trials and how many of them failed, in one dimension.
    public struct Rate: Hashable, Sendable {
        public var failed: Int
        public var trials: Int

        public init(failed: Int = 0, trials: Int = 0) {
            self.failed = failed
            self.trials = trials
        }

        public var share: Double { trials == 0 ? 0 : Double(failed) / Double(trials) }

        /// Wilson's interval at 95 %: unlike the textbook's it says something of no failures in
        /// few trials.
        public var interval: ClosedRange<Double> {
            guard trials > 0 else { return 0...1 }
            let (n, p, z) = (Double(trials), share, 1.959_963_984_540_054)
            let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
            let spread =
                z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
            // Rounding may leave the ends a hair inside.
            let low = failed == 0 ? 0 : max(0, centre - spread)
            let high = failed == trials ? 1 : min(1, centre + spread)
            return low...max(low, high)
        }

        public static func + (a: Rate, b: Rate) -> Rate {
            Rate(failed: a.failed + b.failed, trials: a.trials + b.trials)
        }
    }

    /// Replicas that were held out, one after the other.
    public var replicas: Int
    /// What one trial is.
    public var unit: String
    public var rates: [Dimension: Rate]

    public init(replicas: Int, unit: String, rates: [Dimension: Rate]) {
        self.replicas = replicas
        self.unit = unit
        self.rates = rates
    }

    /// Each profile's rules against the profile of all others. nil with fewer than two: there is
    /// nothing to hold out.
    ///
    /// - Parameter profiles: one of each replica.
    public init?(profiles: [Profile], quorum: Int = 1) {
        guard profiles.count > 1 else { return nil }
        var rates: [Dimension: Rate] = [:]
        for (i, held) in profiles.enumerated() {
            var others = profiles
            others.remove(at: i)
            let rest = QuorumMerge(others, quorum: min(quorum, others.count)).profile
            let allowed = RuleCoverage(rest)
            for rules in held.normalized().executables {
                let missing = allowed.missing(of: rules)
                for rule in rules.descriptions {
                    rates[rule.dimension, default: Rate()].trials += 1
                }
                for rule in missing.descriptions {
                    rates[rule.dimension, default: Rate()].failed += 1
                }
            }
        }
        self.init(replicas: profiles.count, unit: "rules of a replica", rates: rates)
    }

    /// Lines for people: what was held out, then each dimension that was tried.
    public var lines: [String] {
        let rows = Dimension.allCases.compactMap { dimension -> [String]? in
            guard let rate = rates[dimension], rate.trials > 0 else { return nil }
            return [
                dimension.name, "\(rate.failed) of \(rate.trials)", Self.percent(rate.share),
                "\(Self.percent(rate.interval.lowerBound)) to "
                    + Self.percent(rate.interval.upperBound),
            ]
        }
        if rows.isEmpty { return [] }
        return [
            "each of \(replicas) replicas held to what the others showed, \(unit) that would have "
                + "been stopped (95 %):"
        ] + Columns.aligned(rows).map { "  \($0)" }
    }

    private static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
