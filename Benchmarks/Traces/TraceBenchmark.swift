import ContainerHarness
import Foundation
import SysFlow

/// Reading traces, beside the public SysFlow library: the same files, one core, in turns.
struct TraceBenchmark {
    private static let decodeAim = 25.0
    private static let flatAim = 10.0
    /// The biggest reference traces; together some 100,000 records.
    private static let traceCount = 6

    private var decode = (ours: Series(), theirs: Series())
    private var flat = (ours: Series(), theirs: Series())
    private let records: Int
    private var events = 0
    private let files: [String]
    private let memory: [LargeTrace.Reading]

    /// - Parameter root: of the package, beside which the reference traces lie.
    init(_ plan: Plan, loadline: String, root: String) throws {
        files = try Self.biggestTraces(in: root + "/../shared/sysflow/traces")
        let python = try Self.python(root)
        let pieces = try files.map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
        memory = try LargeTrace.measure(
            files[0], bytes: plan.largeTraceBytes, loadline: loadline)
        var count = 0
        for piece in pieces { count += try Self.decode(piece) }
        records = count
        for round in 0..<plan.traceRounds {
            say("traces: round \(round + 1) of \(plan.traceRounds)")
            let theirs = try Self.official(python, "decode", files)
            decode.theirs.add(theirs.rate)
            decode.ours.add(
                try Self.rate {
                    var sum = 0
                    for piece in pieces { sum += try Self.decode(piece) }
                    return sum
                })
            let flattened = try Self.official(python, "flat", files)
            flat.theirs.add(flattened.rate)
            events = flattened.records
            flat.ours.add(
                try Self.rate {
                    // The whole command, its start included.
                    let command = try Command(
                        [loadline, "print", "--format", "flat"] + files, outputFile: "/dev/null")
                    try command.wait(timeout: 300).expectSuccess("loadline print")
                    return flattened.records
                })
        }
    }

    func report(to report: inout Report) {
        report.add("## Reading traces")
        report.add(
            """
            The \(files.count) biggest reference traces, \(grouped(records)) records with \
            \(grouped(events)) events and flows; medians of rounds in turns, one core each. \
            The public library is sysflow-tools 0.6.1; its figures are without Python's start and \
            imports, ours of `print` with its start.
            """)
        var table = Table(["", "public library", "loadline", "ratio", "aim", ""])
        for (name, pair, aim) in [
            ("decoding to records", decode, Self.decodeAim),
            ("flattened JSON to /dev/null", flat, Self.flatAim),
        ] {
            let ratio = pair.ours.median / pair.theirs.median
            table.add([
                name, "\(grouped(Int(pair.theirs.median)))/s",
                "\(grouped(Int(pair.ours.median)))/s",
                text(ratio, 1), text(aim, 0), ratio >= aim ? "reached" : "missed",
            ])
        }
        report.add(table.text)
        LargeTrace.report(memory, to: &report)
    }

    private static func decode(_ bytes: [UInt8]) throws -> Int {
        var reader = try RecordReader(bytes)
        var count = 0
        while reader.next() != nil { count += 1 }
        return count
    }

    private static func biggestTraces(in folder: String) throws -> [String] {
        let manager = FileManager.default
        guard let paths = manager.enumerator(atPath: folder) else {
            throw HarnessError("the reference traces are absent: \(folder)")
        }
        var sizes: [(path: String, size: Int)] = []
        for case let path as String in paths {
            let attributes = try manager.attributesOfItem(atPath: folder + "/" + path)
            guard attributes[.type] as? FileAttributeType == .typeRegular,
                let size = attributes[.size] as? Int
            else { continue }
            sizes.append((folder + "/" + path, size))
        }
        return sizes.sorted { $0.size > $1.size }.prefix(traceCount).map(\.path)
    }

    private static func python(_ root: String) throws -> String {
        let tool = try Command.run([root + "/.ci/sysflow-tools-venv"], timeout: 1800)
            .expectSuccess("making the public library's environment").stdout
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return (tool as NSString).deletingLastPathComponent + "/python3"
    }

    private static let script = """
        import json, sys, time
        from sysflow.formatter import SFFormatter
        from sysflow.reader import FlattenedSFReader, SFReader
        mode, files = sys.argv[1], sys.argv[2:]
        formatter, sink, count = SFFormatter(None), open('/dev/null', 'w'), 0
        begin = time.perf_counter()
        for file in files:
            if mode == 'decode':
                for _ in SFReader(file): count += 1
            else:
                for parts in FlattenedSFReader(file, False):
                    sink.write(json.dumps(formatter._flatten(*parts, None)) + '\\n')
                    count += 1
        print(count, time.perf_counter() - begin)
        """

    private static func official(
        _ python: String, _ mode: String, _ files: [String]
    ) throws -> (records: Int, rate: Double) {
        let result = try Command.run([python, "-c", script, mode] + files, timeout: 300)
        let words = try result.expectSuccess("the public library").stdout
            .split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let count = Int(words[0]), let seconds = Double(words[1]) else {
            throw HarnessError("the public library's reader printed \(words)")
        }
        return (count, Double(count) / seconds)
    }

    private static func rate(_ work: () throws -> Int) rethrows -> Double {
        let clock = ContinuousClock()
        let begin = clock.now
        let count = try work()
        let elapsed = clock.now - begin
        let seconds =
            Double(elapsed.components.seconds)
            + Double(elapsed.components.attoseconds) / 1e18
        return Double(count) / seconds
    }
}
