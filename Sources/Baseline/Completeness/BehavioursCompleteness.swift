extension Behaviours {
    /// How complete what was learned is.
    public func completeness(
        threshold: Double = Completeness.usualThreshold
    ) -> Completeness {
        completeness(of: markedProfile(), threshold: threshold)
    }

    /// - Parameter profile: of these behaviours, with the draws in its evidence.
    func completeness(of profile: Profile, threshold: Double) -> Completeness {
        let losses = losses
        let numbers = sampling.draws.sorted()
        var completeness = Completeness(unit: sampling.unit.text, threshold: threshold)
        for dimension in Dimension.allCases {
            let seen = profile.executables.flatMap { $0.evidence(in: dimension).map(\.draws) }
            completeness.estimates[dimension] = Estimate(
                seen, numbers: numbers, lost: losses[dimension, default: 0],
                threshold: threshold)
        }
        let times = numbers.compactMap(sampling.unit.time(of:)) + sampling.starts
        let hour: Int64 = 3_600_000_000_000
        completeness.hours = Set(times.map { Int($0 / hour % 24) }).sorted()
        completeness.days = Set(times.map { $0 / (24 * hour) }).count
        completeness.jobs = jobs
        completeness.missing = missing
        return completeness
    }

    private var jobs: [Job] {
        let jobs = sampling.rhythms.compactMap { key, rhythm in
            rhythm.job.map {
                Job(
                    executable: key.path.pattern,
                    period: ($0.period + 500_000_000) / 1_000_000_000 * 1_000_000_000,
                    jitter: Estimate.rounded($0.jitter), times: $0.times)
            }
        }
        return Job.joined(jobs, [])
    }

    private var missing: [Exercise] {
        let exercised = sources.values.map(\.exercised)
        return Exercise.allCases.filter { exercise in
            if exercise == .restart {
                return exercised.reduce(0) { Self.sum($0, $1[Source.start] ?? 0) } < 2
            }
            return exercised.allSatisfy { $0[exercise.rawValue, default: 0] == 0 }
        }
    }
}

extension ExecutableRules {
    /// Of each rule of a dimension.
    func evidence(in dimension: Dimension) -> [Evidence] {
        switch dimension {
        case .exec: exec.compactMap(\.evidence)
        case .file: files.compactMap(\.evidence)
        case .egress: egress.compactMap(\.evidence)
        case .listen: listen.compactMap(\.evidence)
        case .capability: capabilities.compactMap(\.evidence)
        case .act: acts.compactMap(\.evidence)
        }
    }

    /// The draws are the learner's own: a profile says what they came to.
    mutating func forgetDraws() {
        for i in exec.indices { exec[i].evidence?.draws = Draws() }
        for i in files.indices { files[i].evidence?.draws = Draws() }
        for i in egress.indices { egress[i].evidence?.draws = Draws() }
        for i in listen.indices { listen[i].evidence?.draws = Draws() }
        for i in capabilities.indices { capabilities[i].evidence?.draws = Draws() }
        for i in acts.indices { acts[i].evidence?.draws = Draws() }
    }
}
