import Agent
import ArgumentParser
import Export
import Foundation
import SysFlow

struct Stat: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what traces hold: records, containers, time, losses, sizes.",
        discussion: """
            A file, - for standard input, or unix:PATH for what a sender of flow records sends
            there until it goes away. Exit status 0: the traces are whole; 1: one is damaged or
            unreadable.

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
    fileprivate struct Form: Encodable {
        struct Container: Encodable {
            var id: String
            var name: String
            var image: String
        }
        var file: String
        /// Of a stream there is none of these.
        var dialect: String?
        var codec: String?
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
        var lostRecords: Int?
        var unknownRecords: Int?
        var unknownFields: [String]?
        var textsRepaired: Int?
        var blocks: Int?
        var bytes: Int64?
        var expandedBytes: Int?
        var problems: Int
    }

    private let form: Form
    let problems: [String]

    init(of name: String) throws {
        if name.hasPrefix(TraceSource.socketPrefix) {
            try self.init(ofStream: name)
        } else {
            try self.init(ofFile: name)
        }
    }

    private init(ofStream name: String) throws {
        var summary = TraceSummary()
        let source = try TraceSource(name)
        while let record = try source.next() { summary.add(record) }
        problems = source.problems.map(\.text)
        form = Form(file: name, summary, problems: problems.count)
    }

    private init(ofFile name: String) throws {
        var summary = TraceSummary()
        let source = try TraceReading(name)
        while let record = try source.next() { summary.add(record) }
        let statistics = source.statistics
        let more = source.problemCount - source.problems.count
        problems = source.problems + (more > 0 ? ["and \(more) more problems"] : [])
        var form = Form(file: name, summary, problems: source.problemCount)
        form.dialect = source.dialect.rawValue
        form.codec = source.codec.rawValue
        form.lostRecords = statistics.lostRecords
        form.unknownRecords = statistics.unknownRecords
        form.unknownFields = source.unknownFields
        form.textsRepaired = statistics.lossyStrings
        form.blocks = statistics.blocks
        form.bytes = source.bytes
        form.expandedBytes = statistics.expandedBytes
        self.form = form
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }

    var lines: [String] {
        var lines = [
            Terminal.bold(form.file),
            "  format      \(form.dialect ?? "a stream"), version "
                + "\(form.version.map(String.init) ?? "unknown"), "
                + (form.codec.map { "codec \($0), " } ?? "")
                + "written by \(form.exporter ?? "unknown")",
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
            "  losses      \(form.lostBehaviours) said by the recorder"
                + (form.lostRecords.map { ", \($0) records to damage" } ?? ""))
        if let count = form.unknownRecords, count > 0 {
            lines.append("  unknown     \(count) records of no known type")
        }
        if let fields = form.unknownFields, !fields.isEmpty {
            lines.append("  unknown     fields \(fields.joined(separator: ", "))")
        }
        if let count = form.textsRepaired, count > 0 {
            lines.append("  repaired    \(count) texts that were not UTF-8")
        }
        if let bytes = form.bytes, let blocks = form.blocks, let expanded = form.expandedBytes {
            let ratio = Double(expanded) / Double(max(1, bytes))
            lines.append(
                "  size        \(bytes) bytes in \(blocks) blocks, "
                    + "\(expanded) expanded: \(oneDecimal(ratio)) to 1")
        }
        return lines
    }

    private func oneDecimal(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension TraceStatistics.Form {
    /// What is known of every trace.
    init(file: String, _ summary: TraceSummary, problems: Int) {
        self.file = file
        version = summary.headers.first?.version
        exporter = summary.headers.first?.exporter
        records = summary.records
        recordsByType = [:]
        for (index, name) in TraceSummary.kindNames.enumerated() where summary.counts[index] > 0 {
            recordsByType[name] = summary.counts[index]
        }
        containers = summary.containers.values.sorted { $0.id < $1.id }.map {
            Container(id: $0.id, name: $0.name, image: $0.image)
        }
        processes = summary.processes.count
        entityCountsAreLow = summary.isEntityCountLow
        firstTime = summary.firstTime.map(Timestamp.iso8601)
        lastTime = summary.lastTime.map(Timestamp.iso8601)
        if let first = summary.firstTime, let last = summary.lastTime {
            seconds = (Double(last) - Double(first)) / 1e9
        }
        lostBehaviours = summary.lost
        self.problems = problems
    }
}
