import Foundation
import SysFlow
import Testing

@testable import Agent

/// Where the published schema lies, and what brings the tools.
private enum Published {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let schema =
        root.appending(path: "../shared/sysflow/schema/v5/SysFlow.avsc").standardized.path()
    static let isMissing = !FileManager.default.fileExists(atPath: schema)
}

/// The stream, with the other side written in Python by the published schema: fastavro, which the
/// public SysFlow tools bring, decodes and encodes each packet.
@Suite(.serialized, .disabled(if: Published.isMissing, "../shared/sysflow is not there"))
struct PublicStreamTests {
    /// Listens as sf-processor does, with its buffer, and prints each record's name and its time.
    private static let reader = """
        import fastavro, io, json, socket, sys
        schema = fastavro.parse_schema(json.load(open(sys.argv[1])))
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(sys.argv[2])
        listener.listen(1)
        peer, _ = listener.accept()
        while packet := peer.recv(16384):
            stream = io.BytesIO(packet)
            datum = fastavro.schemaless_reader(stream, schema, return_record_name=True)
            assert stream.read() == b"", "bytes behind the record"
            name, record = datum["rec"]
            print(name, record.get("ts", 0), record.get("exe", record.get("path", "")))
        """

    /// Connects as sf-collector does, and sends the records of a file.
    private static let sender = """
        import fastavro, io, json, socket, sys
        schema = fastavro.parse_schema(json.load(open(sys.argv[1])))
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sender.connect(sys.argv[2])
        with open(sys.argv[3], "rb") as file:
            for datum in fastavro.reader(file, return_record_name=True):
                stream = io.BytesIO()
                fastavro.schemaless_writer(stream, schema, datum)
                sender.send(stream.getvalue())
        """

    private struct Failure: Error, CustomStringConvertible { var description: String }

    /// Starts a script; its output is whole once it has ended.
    private func start(_ script: String, _ arguments: [String]) throws -> (Foundation.Process, Pipe)
    {
        let tool = Foundation.Process()
        tool.executableURL = Published.root.appending(path: ".ci/sysflow-tools-venv")
        let named = Pipe()
        tool.standardOutput = named
        try tool.run()
        let path = String(
            decoding: named.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else { throw Failure(description: "no Python tools") }
        let python = URL(filePath: path.trimmingCharacters(in: .whitespacesAndNewlines))
            .deletingLastPathComponent().appending(path: "python")
        let process = Foundation.Process()
        process.executableURL = python
        process.arguments = ["-c", script, Published.schema] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        return (process, output)
    }

    @Test(.timeLimit(.minutes(5))) func aPublicReaderReadsTheStream() throws {
        try withFolder { folder in
            let trace = MadeTrace.records(500, seed: 41)
            let path = folder + "/s"
            let (process, output) = try start(Self.reader, [path])
            // Stands still once there is a reader, so that a slow machine costs nothing.
            let still = TestClock()
            var isStill = false
            let writer = try StreamWriter(
                path: path, exporter: "test", clock: { isStill ? still.now : Clock.boottime })
            let end = Date(timeIntervalSinceNow: 60)
            while !writer.isConnected, Date() < end {
                Thread.sleep(forTimeInterval: 0.05)
                writer.turn()
            }
            try #require(writer.isConnected, "\(writer.lastProblem)")
            isStill = true
            still.now = Clock.boottime
            trace.forEach(writer.append)
            writer.close()
            let lines = String(
                decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            let expected = ["sysflow.entity.SFHeader 0 "] + trace.map(\.publicLine)
            #expect(lines.split(separator: "\n").map(String.init) == expected)
        }
    }

    @Test(.timeLimit(.minutes(5))) func aPublicSendersStreamIsRead() throws {
        try withFolder { folder in
            let trace = MadeTrace.records(500, seed: 42)
            var writer = RecordWriter()
            trace.forEach { writer.append($0) }
            writer.finishBlock()
            let file = folder + "/t.sf"
            try Data(writer.takeOutput()).write(to: URL(filePath: file))
            let source = try TraceSource("unix:\(folder)/s")
            let (process, _) = try start(Self.sender, [folder + "/s", file])
            var records: [Record] = []
            while let record = try source.next() { records.append(record) }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(records == trace && source.problems.isEmpty)
        }
    }
}

extension Record {
    /// What the Python reader prints of it; of the kinds that `MadeTrace` makes.
    fileprivate var publicLine: String {
        switch self {
        case .container: "sysflow.entity.Container 0 "
        case .process(let value): "sysflow.entity.Process \(value.time) \(value.exe)"
        case .file(let value): "sysflow.entity.File \(value.time) \(value.path)"
        case .processEvent(let value): "sysflow.event.ProcessEvent \(value.time) "
        case .networkFlow(let value): "sysflow.flow.NetworkFlow \(value.time) "
        case .fileFlow(let value): "sysflow.flow.FileFlow \(value.time) "
        case .fileEvent(let value): "sysflow.event.FileEvent \(value.time) "
        default: "another record"
        }
    }
}
