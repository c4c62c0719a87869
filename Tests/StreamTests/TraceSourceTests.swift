import Foundation
import Testing

@testable import Agent
@testable import SysFlow

@Suite(.serialized) struct TraceSourceTests {
    private static let trace = MadeTrace.records(200, seed: 3)

    private func datum(_ record: Record) -> [UInt8] {
        var encoder = DatagramEncoder()
        guard case .datum(let bytes) = encoder.encode(record) else { return [] }
        return bytes
    }

    /// A sender that has gone before anything was read: the kernel holds what it sent.
    private func send(_ packets: [[UInt8]], to path: String) throws {
        let socket = try PacketSocket.connect(to: path, buffer: 1 << 20)
        for packet in packets { #expect(socket.send(packet) == .taken) }
    }

    private func all(_ source: TraceSource) throws -> [Record] {
        var records: [Record] = []
        while let record = try source.next() { records.append(record) }
        return records
    }

    @Test func aFileAndASocketGiveTheSame() throws {
        try withFolder { folder in
            let file = folder + "/t.sf"
            var writer = RecordWriter()
            Self.trace.forEach { writer.append($0) }
            writer.finishBlock()
            try Data(writer.takeOutput()).write(to: URL(fileURLWithPath: file))
            let fromFile = try TraceSource(file)
            #expect(try all(fromFile) == Self.trace && fromFile.problems.isEmpty)

            let fromSocket = try TraceSource("unix:\(folder)/s")
            try send(Self.trace.map(datum), to: folder + "/s")
            #expect(try all(fromSocket) == Self.trace && fromSocket.problems.isEmpty)

            var count = 0
            #expect(try Traces.read([file, file]) { _ in count += 1 }.isEmpty)
            #expect(count == 2 * Self.trace.count)
        }
    }

    @Test func damagedPacketsCostThemselvesOnly() throws {
        try withFolder { folder in
            let source = try TraceSource("unix:\(folder)/s")
            let good = Self.trace.map(datum)
            let packets = [
                good[0], Array(good[1].dropLast()), good[2] + [0], [99], [0xff, 0xff], good[3],
                good[4],
            ]
            try send(packets, to: folder + "/s")
            #expect(try all(source) == [0, 3, 4].map { Self.trace[$0] })
            let problems = source.problems
            #expect(problems.count == 4)
            for (problem, part) in zip(
                problems, ["packet 2 ", "1 bytes stand behind", "branch", "packet 5 "])
            {
                #expect(problem.text.contains(part), "\(problem)")
            }
        }
    }

    @Test func aPacketLargerThanTheBufferIsToldByItsSize() throws {
        try withFolder { folder in
            let source = try TraceSource("unix:\(folder)/s")
            let socket = try PacketSocket.connect(to: folder + "/s", buffer: 1 << 20)
            let size = 1 << 18 + 1
            // Where net.core.wmem_max is less, no such packet can be sent.
            let sent = socket.send([UInt8](repeating: 0, count: size))
            #expect(socket.send(datum(Self.trace[0])) == .taken)
            #expect(try source.next() == Self.trace[0])
            #expect(source.problems.count == (sent == .taken ? 1 : 0))
            #expect(source.problems.allSatisfy { $0.text.contains("\(size) bytes is larger") })
        }
    }

    @Test func problemsAreBounded() throws {
        try withFolder { folder in
            let source = try TraceSource("unix:\(folder)/s")
            let socket = try PacketSocket.connect(to: folder + "/s", buffer: 1 << 20)
            let good = datum(Self.trace[0])
            var records = 0
            for _ in 0..<15 {
                for _ in 0..<100 { #expect(socket.send([99]) == .taken) }
                #expect(socket.send(good) == .taken)
                records += try source.next() == nil ? 0 : 1
            }
            #expect(records == 15)
            #expect(source.problems.count == TraceLimits.problems + 1)
            #expect(source.problems.last?.text == "and 500 more problems")
        }
    }

    @Test func whoSaysNothingIsPassedOver() throws {
        try withFolder { folder in
            let source = try TraceSource("unix:\(folder)/s")
            try send([], to: folder + "/s")
            // The queue of the listener is short: the next one comes once the first is taken.
            let path = folder + "/s"
            let packet = datum(Self.trace[0])
            let thread = Thread {
                for _ in 0..<1000 {
                    if let socket = try? PacketSocket.connect(to: path, buffer: 1 << 20) {
                        _ = socket.send(packet)
                        return
                    }
                    Thread.sleep(forTimeInterval: 0.01)
                }
            }
            thread.start()
            #expect(try all(source) == [Self.trace[0]])
        }
    }

    @Test func placesThatAreTakenAreRefused() throws {
        try withFolder { folder in
            let path = folder + "/s"
            do {
                let source = try TraceSource("unix:" + path)
                let error = #expect(throws: FileProblem.self) {
                    _ = try TraceSource("unix:" + path)
                }
                #expect(error?.description.contains("another program listens") == true)
                #expect(source.problems.isEmpty)
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(mode as? Int == 0o600)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            try "text".write(toFile: path, atomically: false, encoding: .utf8)
            let error = #expect(throws: FileProblem.self) { _ = try TraceSource("unix:" + path) }
            #expect(error?.description.contains("another file") == true)
            #expect(throws: FileProblem.self) { _ = try TraceSource(folder + "/none") }
            let directory = #expect(throws: FileProblem.self) {
                _ = try TraceSource(folder).next()
            }
            #expect(directory?.description.contains("irectory") == true)
            let text = try TraceSource(path)
            #expect(throws: FileProblem.self) { _ = try text.next() }
        }
    }

    @Test func anAbandonedSocketIsReplaced() throws {
        try withFolder { folder in
            let (path, moved) = (folder + "/s", folder + "/m")
            do {
                let listener = try PacketListener(at: path)
                // Out of its sight, so that it stays behind.
                try FileManager.default.moveItem(atPath: listener.path, toPath: moved)
            }
            try FileManager.default.moveItem(atPath: moved, toPath: path)
            let source = try TraceSource("unix:" + path)
            try send([datum(Self.trace[0])], to: path)
            #expect(try all(source) == [Self.trace[0]])
        }
    }

    @Test func aStreamIsReadAsItWasWritten() throws {
        try withFolder { folder in
            let path = folder + "/s"
            let source = try TraceSource("unix:" + path)
            let trace = MadeTrace.records(5000, seed: 4)
            let thread = Thread {
                guard let writer = try? StreamWriter(path: path, exporter: "test") else { return }
                trace.forEach(writer.append)
                writer.close()
            }
            thread.start()
            let records = try all(source)
            let read = ReferenceReader(records)
            #expect(read.headers == 1 && read.dangling == [] && source.problems.isEmpty)
            #expect(read.seen == ReferenceReader(trace).seen)
        }
    }
}
