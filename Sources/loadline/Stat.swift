import Agent
import ArgumentParser
import Export
import Foundation
import SysFlow

struct Stat: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what traces hold: records, containers, time, losses, sizes.",
        discussion: """
            Exit status 0: the traces are whole; 1: one is damaged or unreadable.

            Examples:
              loadline stat web.sf
              loadline stat --format json *.sf
            """)

    @Argument(help: ArgumentHelp("The traces.", valueName: "file"))
    var files: [String]

    @OptionGroup var format: FormatOption

    func run() throws {
        try reporting {
            var isDamaged = false
            for file in files {
                let statistics = try TraceStatistics(of: file)
                isDamaged = isDamaged || !statistics.problems.isEmpty
                switch format.format {
                case .text: statistics.lines.forEach(Terminal.print)
                case .json: Terminal.print(try statistics.json())
                }
                for problem in statistics.problems { Terminal.note("damaged: \(file): \(problem)") }
            }
            if isDamaged { throw ExitCode(1) }
        }
    }
}

/// What one trace holds, for people and machines.
private struct TraceStatistics {
    private struct Form: Encodable {
        struct Container: Encodable {
            var id: String
            var name: String
            var image: String
        }
        var file: String
        var dialect: String
        var codec: String
        var version: Int64?
        var exporter: String?
        var records: Int
        var recordsByType: [String: Int]
        var containers: [Container]
        var processes: Int
        var entityCountsAreLow: Bool
        var firstTime: String?
        var lastTime: String?
        var seconds: Double?
        /// What the recorder said that it lost.
        var lostBehaviours: Int64
        /// Records that are gone with damage, as far as known.
        var lostRecords: Int
        var unknownRecords: Int
        var unknownFields: [String]
        var textsRepaired: Int
        var blocks: Int
        var bytes: Int64
        var expandedBytes: Int
        var problems: Int
    }

    private let form: Form
    let problems: [String]

    init(of file: String) throws {
        var summary = TraceSummary()
        let source = try TraceReading(file)
        while let record = try source.next() { summary.add(record) }
        let statistics = source.statistics
        let more = source.problemCount - source.problems.count
        problems = source.problems + (more > 0 ? ["and \(more) more problems"] : [])
        var counts: [String: Int] = [:]
        for (index, name) in TraceSummary.kindNames.enumerated() where summary.counts[index] > 0 {
            counts[name] = summary.counts[index]
        }
        form = Form(
            file: file, dialect: source.dialect.rawValue,
            codec: source.codec.rawValue, version: summary.headers.first?.version,
            exporter: summary.headers.first?.exporter, records: summary.records,
            recordsByType: counts,
            containers: summary.containers.values.sorted { $0.id < $1.id }.map {
                Form.Container(id: $0.id, name: $0.name, image: $0.image)
            }, processes: summary.processes.count, entityCountsAreLow: summary.isEntityCountLow,
            firstTime: summary.firstTime.map(Timestamp.iso8601),
            lastTime: summary.lastTime.map(Timestamp.iso8601),
            seconds: summary.firstTime.flatMap { first in
                summary.lastTime.map { (Double($0) - Double(first)) / 1e9 }
            }, lostBehaviours: summary.lost, lostRecords: statistics.lostRecords,
            unknownRecords: statistics.unknownRecords,
            unknownFields: source.unknownFields, textsRepaired: statistics.lossyStrings,
            blocks: statistics.blocks, bytes: source.bytes,
            expandedBytes: statistics.expandedBytes, problems: source.problemCount)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }

    var lines: [String] {
        var lines = [
            Terminal.bold(form.file),
            "  format      \(form.dialect), version \(form.version.map(String.init) ?? "unknown"), "
                + "codec \(form.codec), written by \(form.exporter ?? "unknown")",
            "  records     \(form.records)",
        ]
        for name in TraceSummary.kindNames {
            guard let count = form.recordsByType[name] else { continue }
            let blanks = String(repeating: " ", count: max(1, 14 - name.count))
            lines.append("    \(name)\(blanks)\(count)")
        }
        let atLeast = form.entityCountsAreLow ? "at least " : ""
        lines.append("  containers  \(atLeast)\(form.containers.count)")
        for container in form.containers.prefix(20) {
            lines.append("    \(container.id.prefix(12))  \(container.name)  \(container.image)")
        }
        if form.containers.count > 20 { lines.append("    and \(form.containers.count - 20) more") }
        lines.append("  processes   \(atLeast)\(form.processes)")
        if let first = form.firstTime, let last = form.lastTime, let seconds = form.seconds {
            lines.append("  time        \(first) to \(last), \(oneDecimal(seconds)) s")
        }
        lines.append(
            "  losses      \(form.lostBehaviours) said by the recorder, "
                + "\(form.lostRecords) records to damage")
        if form.unknownRecords > 0 {
            lines.append("  unknown     \(form.unknownRecords) records of no known type")
        }
        if !form.unknownFields.isEmpty {
            lines.append("  unknown     fields \(form.unknownFields.joined(separator: ", "))")
        }
        if form.textsRepaired > 0 {
            lines.append("  repaired    \(form.textsRepaired) texts that were not UTF-8")
        }
        let ratio = Double(form.expandedBytes) / Double(max(1, form.bytes))
        lines.append(
            "  size        \(form.bytes) bytes in \(form.blocks) blocks, "
                + "\(form.expandedBytes) expanded: \(oneDecimal(ratio)) to 1")
        return lines
    }

    private func oneDecimal(_ value: Double) -> String { String(format: "%.1f", value) }
}
