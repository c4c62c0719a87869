import Foundation
import SysFlow
import Testing

@testable import Agent

struct RotationTests {
    private static let trace = MadeTrace.records(20_000, seed: 21)

    private struct Recorded {
        var names: [String]
        var records: [[Record]]
    }

    /// What lies in the folder, by name.
    private func recorded(_ folder: String, suffix: String = ".sf") throws -> Recorded {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(suffix) }.sorted()
        var records: [[Record]] = []
        for name in names {
            var file: [Record] = []
            #expect(try Traces.read([folder + "/" + name]) { file.append($0) }.isEmpty)
            records.append(file)
        }
        return Recorded(names: names, records: records)
    }

    private func check(_ recorded: Recorded, against trace: [Record]) {
        let readers = recorded.records.map { ReferenceReader($0) }
        for reader in readers { #expect(reader.headers == 1 && reader.dangling == []) }
        #expect(readers.flatMap(\.seen) == ReferenceReader(trace).seen)
        #expect(Set(trace).isSubset(of: recorded.records.flatMap { $0 }))
        for (name, file) in zip(recorded.names, recorded.records) {
            guard case .header(let header) = file.first else {
                Issue.record("\(name) begins without a header")
                continue
            }
            #expect(header.filename.hasSuffix("/" + name))
        }
    }

    @Test func bySize() throws {
        try withFolder { folder in
            let limit: UInt64 = 60_000
            let file = try RotatingTraceFile(
                path: folder + "/web.sf", rotation: Rotation(bytes: limit), exporter: "test")
            for record in Self.trace { try file.append(record) }
            #expect(FileManager.default.fileExists(atPath: folder + "/web.partial"))
            try file.close()
            let recorded = try recorded(folder)
            #expect(recorded.names.count == file.files && file.files > 5)
            #expect(file.records == Self.trace.count && file.repeated > 100)
            check(recorded, against: Self.trace)
            for name in recorded.names {
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: folder + "/" + name)
                let size = try #require(attributes[.size] as? UInt64)
                #expect(size < limit + UInt64(RecordWriter.syncInterval))
                #expect(size >= limit || name == recorded.names.last)
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/web.partial"))
        }
    }

    @Test func byTime() throws {
        try withFolder { folder in
            let clock = TestClock()
            // 2026-11-21T23:58:57.123Z
            let begin: Int64 = 1_795_305_537_123_000_000
            let file = try RotatingTraceFile(
                path: folder + "/web", rotation: Rotation(nanoseconds: 60_000_000_000),
                exporter: "test", clock: { clock.now },
                date: { begin + Int64(clock.now) - 1_000_000_000 })
            for (number, record) in Self.trace.enumerated() {
                try file.append(record)
                if number % 2000 == 1999 {
                    clock.advance(seconds: 59)
                    try file.turn()
                    #expect(file.files == number / 2000)
                    clock.advance(seconds: 1)
                    try file.turn()
                    #expect(file.files == number / 2000 + 1)
                    // A quiet time makes no file.
                    clock.advance(seconds: 600)
                    try file.turn()
                }
            }
            try file.close()
            #expect(file.files == 10)
            let recorded = try recorded(folder)
            check(recorded, against: Self.trace)
            #expect(recorded.names.count == 10)
            #expect(recorded.names.first == "web.20261121T235857.123Z.sf")
            #expect(recorded.names[1] == "web.20261122T000957.123Z.sf")
        }
    }

    @Test func aCrashLeavesAReadablePartThatIsKept() throws {
        try withFolder { folder in
            do {
                let file = try RotatingTraceFile(
                    path: folder + "/web.sf", rotation: Rotation(bytes: 60_000), exporter: "test")
                for record in Self.trace { try file.append(record) }
                #expect(file.files > 2)
            }
            let finished = try recorded(folder)
            let left = try recorded(folder, suffix: ".partial")
            #expect(left.names == ["web.partial"])
            let readers = (finished.records + left.records).map { ReferenceReader($0) }
            #expect(readers.flatMap(\.dangling) == [])
            let seen = readers.flatMap(\.seen)
            #expect(seen == Array(ReferenceReader(Self.trace).seen.prefix(seen.count)))

            let next = try RotatingTraceFile(
                path: folder + "/web.sf", rotation: Rotation(bytes: 60_000), exporter: "test")
            let kept = try #require(next.abandoned)
            #expect(try Traces.read([kept]) { _ in }.isEmpty)
            #expect(try recorded(folder, suffix: ".partial").names.count == 2)
            try next.close()
            #expect(try recorded(folder).names.count == finished.names.count + 1)
        }
    }

    @Test func noFileIsEverReplaced() throws {
        try withFolder { folder in
            let clock = TestClock()
            var date: Int64 = 1_795_305_537_123_000_000
            let others = ["web.20261121T235857.123Z.sf", "web.20261121T235857.124Z.sf"]
            for name in others {
                try "other".write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
            let file = try RotatingTraceFile(
                path: folder + "/web.sf", rotation: Rotation(nanoseconds: 1), exporter: "test",
                clock: { clock.now }, date: { date })
            for record in Self.trace.prefix(50) {
                try file.append(record)
                clock.advance(seconds: 1)
                // The clock is set back.
                date -= 1_000_000_000
            }
            try file.close()
            #expect(file.files == 50)
            for name in others {
                let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
                #expect(text == "other")
                try FileManager.default.removeItem(atPath: folder + "/" + name)
            }
            check(try recorded(folder), against: Array(Self.trace.prefix(50)))
        }
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        let error = #expect(throws: FileProblem.self) {
            _ = try RotatingTraceFile(
                path: "/no/such/place/web.sf", rotation: Rotation(bytes: 1), exporter: "test")
        }
        #expect(error?.description.contains("/no/such/place/web.partial") == true)
    }
}
