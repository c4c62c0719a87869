import Agent
import Baseline
import Decision
import Foundation
import SysFlow

/// What completeness predicted after the first half of a recording, beside what the second half
/// brought, for each candidate of a sampling unit.
struct PredictionBenchmark {
    private static let second: Int64 = 1_000_000_000
    private static let units: [SamplingUnit] = [
        .window(second), .window(10 * second), .processWindow(second), .process, .record,
    ]

    private struct Row {
        var predicted: Estimate
        var draws: Int
        var new: Int
        var rate: Double { Double(new) / Double(max(1, draws)) }
    }

    private let files: [String]

    /// - Parameter files: of one container each.
    init(_ files: [String]) { self.files = files }

    func report(to report: inout Report) throws {
        report.add("## What completeness predicts")
        var table = Table([
            "", "unit", "draws", "predicted", "bound", "draws after", "new", "rate", "held",
        ])
        for file in files {
            var records: [Record] = []
            _ = try Traces.read([file]) { records.append($0) }
            let times = records.compactMap(Self.time)
            guard let first = times.min(), let last = times.max() else { continue }
            let middle = first + (last - first) / 2
            for unit in Self.units {
                say("completeness: \(file), \(unit.text)")
                let rows = try Self.compare(records, unit, middle)
                for (dimension, row) in rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    table.add([
                        "\((file as NSString).lastPathComponent) \(dimension.name)", unit.text,
                        "\(row.predicted.draws)", text(row.predicted.unseen, 4),
                        text(row.predicted.bound, 4), "\(row.draws)", "\(row.new)",
                        text(row.rate, 4), row.rate <= row.predicted.bound ? "yes" : "NO",
                    ])
                }
            }
        }
        report.add(table.text)
    }

    private static func compare(
        _ records: [Record], _ unit: SamplingUnit, _ middle: Int64
    ) throws -> [Baseline.Dimension: Row] {
        var first = Learner(Learner.Options(unit: unit))
        for record in records where (time(of: record) ?? 0) < middle { first.consume(record) }
        let behaviours = first.mergedBehaviours()
        var replay = Replay(program: try PolicyCompiler().compile(behaviours.profile(name: "a")))
        var draws: Set<UInt64> = []
        var new: [Baseline.Dimension: Set<UInt64>] = [:]
        var second = Learner(Learner.Options(unit: unit))
        for (serial, record) in records.enumerated() {
            for observation in second.observe(record) where observation.time >= middle {
                let number = unit.number(
                    at: observation.time, of: observation.process, in: .unknown, serial: serial)
                draws.insert(number)
                if replay.judge(observation).verdict != nil {
                    new[observation.behaviour.dimension, default: []].insert(number)
                }
            }
        }
        return behaviours.completeness().estimates.reduce(into: [:]) {
            $0[$1.key] = Row(
                predicted: $1.value, draws: draws.count, new: new[$1.key, default: []].count)
        }
    }

    private static func time(of record: Record) -> Int64? {
        switch record {
        case .processEvent(let event): event.time
        case .fileFlow(let flow): flow.time
        case .fileEvent(let event): event.time
        case .networkFlow(let flow): flow.time
        case .networkEvent(let event): event.time
        default: nil
        }
    }
}
