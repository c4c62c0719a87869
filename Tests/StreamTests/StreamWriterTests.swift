import Foundation
import SeededRandom
import SysFlow
import Testing

@testable import Agent

struct StreamWriterTests {
    private static let trace = MadeTrace.records(4000, seed: 11)

    private func writer(
        _ path: String, _ clock: TestClock, limits: StreamLimits = StreamLimits()
    ) throws -> StreamWriter {
        try StreamWriter(path: path, exporter: "test", limits: limits, clock: { clock.now })
    }

    @Test func aReaderThatKeepsUpGetsAll() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let reader = try StreamReader(path)
            let writer = try writer(path, clock)
            for (number, record) in Self.trace.enumerated() {
                writer.append(record)
                if number % 50 == 0 { try reader.take() }
                clock.advance(seconds: 0.002)
            }
            while writer.waiting > 0 {
                try reader.take()
                clock.advance(seconds: 0.002)
                writer.turn()
            }
            try reader.take()
            let header = Record.header(Header(exporter: "test", filename: path))
            #expect(reader.records == [header] + Self.trace)
            #expect(reader.problems == [])
            var expected = StreamStatistics()
            expected.given = Self.trace.count
            expected.sent = Self.trace.count
            expected.readers = 1
            #expect(writer.statistics == expected)
        }
    }

    @Test func withoutAReaderTheNewestWait() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let writer = try writer(path, clock, limits: StreamLimits(records: 1000))
            Self.trace.forEach(writer.append)
            #expect(!writer.isConnected && writer.waiting == 1000)
            #expect(writer.statistics.overflowed == Self.trace.count - 1000)
            #expect(writer.statistics.isComplete(waiting: 1000))
            #expect(writer.lastProblem == "No such file or directory")

            let reader = try StreamReader(path)
            clock.advance(seconds: 1)
            while writer.waiting > 0 {
                clock.advance(seconds: 0.01)
                writer.turn()
                try reader.take()
            }
            #expect(writer.statistics.isComplete(waiting: 0) && writer.statistics.sent == 1000)
            let read = ReferenceReader(reader.records)
            #expect(read.headers == 1 && read.dangling == [])
            #expect(read.seen.map(\.record) == Self.trace.suffix(1000).filter { !$0.isEntity })
            // Who did it reads as if nothing had been lost.
            #expect(read.seen == ReferenceReader(Self.trace).seen.suffix(read.seen.count))
        }
    }

    @Test func theBufferIsBoundedInBytesToo() throws {
        let clock = TestClock()
        let writer = try writer(
            "/no/such/place", clock, limits: StreamLimits(bytes: 100_000))
        let footprint = Self.trace.reduce(0) { $0 + $1.footprint }
        Self.trace.forEach(writer.append)
        #expect(writer.waiting < Self.trace.count * 100_000 / footprint + 50)
        #expect(writer.waiting > 100)
        #expect(writer.statistics.isComplete(waiting: writer.waiting))
    }

    /// `append` never waits: if it did for a reader that takes nothing, this would not end.
    @Test(.timeLimit(.minutes(1))) func aReaderThatTakesNothingStallsNobody() throws {
        try withFolder { folder in
            let path = folder + "/s"
            let reader = try StreamReader(path)
            let writer = try StreamWriter(
                path: path, exporter: "test", limits: StreamLimits(records: 2000))
            writer.turn()
            try reader.take(0)
            #expect(writer.isConnected)
            var slowest: UInt64 = 0
            let begin = Clock.boottime
            for _ in 0..<10 {
                for record in Self.trace {
                    let before = Clock.boottime
                    writer.append(record)
                    slowest = max(slowest, Clock.boottime - before)
                }
            }
            let mean = (Clock.boottime - begin) / UInt64(10 * Self.trace.count)
            print("append without a taking reader: \(mean) ns in the mean, \(slowest) ns at most")
            let counts = writer.statistics
            #expect(counts.given == 10 * Self.trace.count)
            #expect(counts.isComplete(waiting: writer.waiting))
            // What the kernel took lies in the socket.
            #expect(counts.sent > 0 && counts.sent < 20_000)
            #expect(writer.waiting == 2000 && counts.lost > 10_000)
        }
    }

    @Test(arguments: 1...5) func aSlowReaderSeesNothingDangle(_ seed: UInt64) throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let trace = MadeTrace.records(8000, seed: seed)
            let reader = try StreamReader(path)
            let writer = try writer(path, clock, limits: StreamLimits(records: 300))
            for (number, record) in trace.enumerated() {
                writer.append(record)
                if number % 20 == 0 { try reader.take(8) }
                clock.advance(seconds: 0.001)
            }
            try drain(writer, reader, clock)
            let counts = writer.statistics
            #expect(counts.overflowed > 1000 && counts.overflowedEntities > 50)
            #expect(counts.isComplete(waiting: 0))
            #expect(counts.sent + counts.repeated + 1 == reader.records.count)
            check(reader, against: trace, missing: counts.overflowed - counts.overflowedEntities)
        }
    }

    @Test(arguments: 1...5) func aReaderThatDiesAndComesBack(_ seed: UInt64) throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let trace = MadeTrace.records(8000, seed: seed)
            var random = SeededGenerator(seed: seed)
            var reader: StreamReader? = try StreamReader(path)
            var outputs: [[Record]] = []
            let writer = try writer(path, clock, limits: StreamLimits(records: 500))
            for (number, record) in trace.enumerated() {
                writer.append(record)
                clock.advance(seconds: 0.001)
                if number % 10 == 0 { try reader?.take(12) }
                if number % 100 == 0 { writer.turn() }
                if Int.random(in: 0..<400, using: &random) == 0 {
                    if let going = reader {
                        outputs += going.outputs
                        #expect(going.problems == [])
                        reader = nil
                    } else {
                        reader = try StreamReader(path)
                    }
                }
            }
            if let reader {
                try drain(writer, reader, clock)
                outputs += reader.outputs
            }
            #expect(writer.statistics.readers > 3 && outputs.count > 3)
            #expect(writer.statistics.repeated > 100)
            #expect(writer.statistics.isComplete(waiting: writer.waiting))
            let full = Dictionary(
                ReferenceReader(trace).seen.map { ($0.record, $0) }, uniquingKeysWith: { $1 })
            var last: [Record] = []
            for output in outputs {
                guard case .header = output.first else {
                    Issue.record("no header first")
                    continue
                }
                let read = ReferenceReader(output)
                #expect(read.headers == 1 && read.dangling == [])
                #expect(read.seen.allSatisfy { full[$0.record] == $0 })
                last += read.seen.map(\.record)
            }
            // Nothing comes twice, and all in its order.
            let order = trace.filter { !$0.isEntity }
            #expect(last == order.filter(Set(last).contains))
        }
    }

    @Test func connectingIsBoundedInItsRate() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let writer = try writer(path, clock)
            writer.turn()
            let reader = try StreamReader(path)
            for _ in 0..<1000 { writer.turn() }
            #expect(!writer.isConnected)
            clock.advance(seconds: 1)
            writer.turn()
            #expect(writer.isConnected)
            try reader.take()
            reader.hangUp()
            writer.turn()
            #expect(!writer.isConnected)
            for _ in 0..<1000 { writer.turn() }
            #expect(!writer.isConnected && writer.statistics.readers == 1)
            clock.advance(seconds: 1)
            writer.turn()
            #expect(writer.isConnected && writer.statistics.readers == 2)
        }
    }

    @Test func whatIsTooLargeIsCountedAndNotSent() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let reader = try StreamReader(path)
            let writer = try writer(path, clock)
            let id = ProcessID(createTime: 1, hostPID: 1)
            let large = String(repeating: "x", count: DatagramEncoder.readerBytes)
            let small = SysFlow.Process(
                state: .created, oid: id, parent: nil, time: 1, exe: "/bin/a", exeArgs: "", uid: 0,
                gid: 0, containerID: nil)
            var modified = small
            modified.state = .modified
            modified.exeArgs = large
            let event = { (args: [String]) in
                Record.processEvent(
                    ProcessEvent(
                        process: id, time: 1, tid: 1, operations: .exec, args: args, result: 0))
            }
            let records: [Record] = [
                .process(small), event([large]), event(["fits"]), .process(modified),
                event(["cites what is too large"]), .process(small), event(["fits again"]),
            ]
            records.forEach(writer.append)
            try reader.take()
            #expect(
                reader.records.dropFirst() == [records[0], records[2], records[5], records[6]])
            #expect(writer.statistics.oversized == 2)
            #expect(writer.statistics.withoutEntity == 1)
            #expect(writer.statistics.isComplete(waiting: 0))
        }
    }

    @Test func ipv6HasNoRoomAndIsCounted() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let reader = try StreamReader(path)
            let writer = try writer(path, clock)
            let process = SysFlow.Process(
                state: .created, oid: ProcessID(createTime: 1, hostPID: 1), parent: nil, time: 1,
                exe: "/bin/a", exeArgs: "", uid: 0, gid: 0, containerID: nil)
            let flow = { (destination: IPAddress) in
                Record.networkFlow(
                    NetworkFlow(
                        process: process.oid, time: 1, tid: 1, operations: .connect, endTime: 2,
                        source: IPAddress(v4: 1), sourcePort: 1, destination: destination,
                        destinationPort: 2, proto: 6, fd: 3, volume: Volume()))
            }
            writer.append(.process(process))
            writer.append(flow(IPAddress(high: 1, low: 1)))
            writer.append(flow(IPAddress(v4: 1)))
            try reader.take()
            #expect(reader.records.count == 3)
            #expect(writer.statistics.leftOut == 1 && writer.statistics.sent == 2)
        }
    }

    @Test(.timeLimit(.minutes(1))) func closingGivesTheReaderTime() throws {
        try withFolder { folder in
            let path = folder + "/s"
            let reader = try StreamReader(path)
            // The time that a slow machine takes is not the reader's.
            let clock = TestClock()
            let writer = try StreamWriter(path: path, exporter: "test", clock: { clock.now })
            Self.trace.forEach(writer.append)
            #expect(writer.waiting > 0)
            let box = Shared(reader)
            let thread = Thread {
                let end = Date(timeIntervalSinceNow: 20)
                while box.value.earlier.isEmpty, Date() < end {
                    try? box.value.take()
                    Thread.sleep(forTimeInterval: 0.001)
                }
                box.done.signal()
            }
            thread.start()
            writer.close()
            box.done.wait()
            #expect(writer.waiting == 0 && writer.statistics.lost == 0)
            #expect(reader.earlier.first?.count == Self.trace.count + 1)
        }
    }

    @Test func whatIsLeftAtTheEndIsLost() throws {
        try withFolder { folder in
            let (path, clock) = (folder + "/s", TestClock())
            let writer = try writer(path, clock)
            Self.trace.forEach(writer.append)
            writer.close()
            #expect(writer.waiting == 0 && writer.statistics.lost == Self.trace.count)
        }
    }

    @Test func aPathThatNoSocketCanHaveIsRefused() {
        for path in ["", String(repeating: "p", count: 108), "a\0b"] {
            #expect(throws: SocketProblem.self) {
                _ = try StreamWriter(path: path, exporter: "test")
            }
        }
    }

    private func drain(
        _ writer: StreamWriter, _ reader: StreamReader, _ clock: TestClock
    ) throws {
        clock.advance(seconds: 2)
        for _ in 0..<10_000 {
            writer.turn()
            try reader.take()
            if writer.waiting == 0 { break }
            clock.advance(seconds: 0.01)
        }
        try reader.take()
        #expect(writer.waiting == 0)
    }

    private func check(_ reader: StreamReader, against trace: [Record], missing: Int) {
        #expect(reader.problems == [])
        let read = ReferenceReader(reader.records)
        let full = ReferenceReader(trace)
        #expect(read.headers == 1 && read.dangling == [])
        let got = Set(read.seen.map(\.record))
        #expect(read.seen == full.seen.filter { got.contains($0.record) })
        #expect(read.seen.count == full.seen.count - missing)
    }
}

/// Handed to a thread, which alone uses it until it signals.
private final class Shared: @unchecked Sendable {
    let value: StreamReader
    let done = DispatchSemaphore(value: 0)
    init(_ value: StreamReader) { self.value = value }
}
