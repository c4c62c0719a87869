public import Baseline
internal import Decision
public import SysFlow

/// Holds each replica, process by process, to the profile of all others.
///
/// A trial is a process image in one replica and dimension: what would have been killed. It fails
/// where one of its behaviours is not allowed by what the other replicas showed.
public struct CrossValidation {
    private var learner = Learner()
    private var replays: [String: Replay] = [:]
    private var trials: [Dimension: [Trial: Bool]] = [:]
    /// Trials that are kept; further ones are counted and not tried.
    public static let trialLimit = 1_000_000
    public private(set) var notTried = 0

    private struct Trial: Hashable {
        var container: String
        var process: ProcessID
        var subject: PathBytes
    }

    /// - Parameter seen: what each replica did.
    /// - Throws: `CompileError` where a profile is too large.
    public init(_ seen: [String: Behaviours], allowing: Set<String>) throws {
        for held in seen.keys.sorted() {
            var rest: Behaviours?
            for (id, behaviours) in seen.sorted(by: { $0.key < $1.key }) where id != held {
                if rest?.merge(behaviours) == nil { rest = behaviours }
            }
            guard let rest else { continue }
            let profile = rest.profile(name: "rest", allowing: allowing)
            replays[held] = Replay(program: try PolicyCompiler().compile(profile), mode: .enforce)
        }
    }

    /// Takes the records that the replicas were learned from, once more.
    public mutating func consume(_ record: Record) {
        for observation in learner.observe(record) {
            let container = observation.container
            guard let decision = replays[container]?.judge(observation) else { continue }
            let trial = Trial(
                container: container, process: observation.process, subject: observation.subject)
            let dimension = observation.behaviour.dimension
            let failed = decision.verdict != nil
            if let known = trials[dimension]?[trial] {
                trials[dimension]?[trial] = known || failed
            } else if trials.values.reduce(0, { $0 + $1.count }) < Self.trialLimit {
                trials[dimension, default: [:]][trial] = failed
            } else {
                notTried += 1
            }
        }
    }

    public var result: HoldOut {
        HoldOut(
            replicas: replays.count, unit: "processes",
            rates: trials.mapValues { trials in
                HoldOut.Rate(failed: trials.values.count { $0 }, trials: trials.count)
            })
    }
}
