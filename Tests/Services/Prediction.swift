import Agent
import Baseline
import ContainerHarness
import Decision
import Foundation
import SysFlow

/// What a profile's completeness promised, beside what other recordings of the service brought.
struct Prediction {
    /// As a line of held-out.tsv.
    struct Row {
        var service: String
        var dimension: String
        var draws: Int
        var unseen: Double
        var bound: Double
        /// Of the held-out run, starts not counted, as they are not in the promise.
        var heldDraws: Int
        var newDraws: Int
        var outcome: Holding.Outcome

        var line: String {
            "\(service)\t\(dimension)\t\(draws)\t\(unseen)\t\(bound)\t\(heldDraws)\t\(newDraws)"
                + "\t\(outcome.deviations)\t\(outcome.run)"
        }
    }

    /// As the estimates leave out a start.
    private static let startLength: Int64 = 10_000_000_000

    private let profile: Profile

    init(profile file: String) throws {
        profile = try Profile(yaml: String(contentsOfFile: file, encoding: .utf8), file: file)
    }

    func rows(
        of service: String, heldOut files: [String], _ outcome: Holding.Outcome
    ) throws -> [Row] {
        guard let completeness = profile.completeness else {
            throw HarnessError("the profile of \(service) does not say how complete it is")
        }
        var draws: Set<UInt64> = []
        var new: [Baseline.Dimension: Set<UInt64>] = [:]
        for (number, file) in files.enumerated() {
            let alerts = number < outcome.alerts.count ? outcome.alerts[number] : []
            try add(file, alerts, SourceID(rawValue: UInt32(number) + 1), &draws, &new)
        }
        return Baseline.Dimension.allCases.compactMap { dimension in
            completeness.estimates[dimension].map {
                Row(
                    service: service, dimension: dimension.name, draws: $0.draws, unseen: $0.unseen,
                    bound: $0.bound, heldDraws: draws.count, newDraws: new[dimension]?.count ?? 0,
                    outcome: outcome)
            }
        }
    }

    private func add(
        _ file: String, _ alerts: [PrintedAlert], _ source: SourceID, _ draws: inout Set<UInt64>,
        _ new: inout [Baseline.Dimension: Set<UInt64>]
    ) throws {
        var learner = Learner(Learner.Options())
        var replay = Replay(program: try PolicyCompiler().compile(profile))
        var begin: Int64?
        var serial = 0
        let problems = try Traces.read([file]) { record in
            serial += 1
            for observation in learner.observe(record) {
                begin = begin ?? observation.time
                let isNew = replay.judge(observation).verdict != nil
                if isNew { Services.say("new: \(observation.behaviour)") }
                guard observation.time - (begin ?? 0) >= Self.startLength else { continue }
                let number = SamplingUnit.standard.number(
                    at: observation.time, of: observation.process, in: source, serial: serial)
                draws.insert(number)
                if isNew { new[observation.behaviour.dimension, default: []].insert(number) }
            }
        }
        // What was refused never came to be, and no record shows it.
        for alert in alerts {
            guard let time = Self.nanoseconds(alert.time), time - (begin ?? 0) >= Self.startLength,
                let dimension = Baseline.Dimension.allCases.first(where: {
                    $0.name == alert.dimension
                })
            else { continue }
            let number = SamplingUnit.standard.number(
                at: time, of: ProcessID(createTime: 0, hostPID: 0), in: source, serial: 0)
            draws.insert(number)
            new[dimension, default: []].insert(number)
        }
        if let problem = problems.first { throw HarnessError("\(problem.file): \(problem.text)") }
    }

    private static func nanoseconds(_ time: String) -> Int64? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter.date(from: time).map {
            Int64($0.timeIntervalSince1970 * 1_000) * 1_000_000
        }
    }
}
