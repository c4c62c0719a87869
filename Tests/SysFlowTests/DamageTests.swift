import Testing

@testable import SysFlow

struct DamageTests {
    static let records = Samples.entities + Array(repeating: Samples.flows, count: 3).flatMap { $0 }
    static let file = written(records, syncInterval: 250)
    static let headerLength = written([]).count

    /// Where blocks end, from the reader's view: behind each marker.
    static let boundaries: [Int] = {
        let marker = (0..<16).map { Samples.fixedMarker[$0] }
        return file.indices.filter { $0 >= 16 && Array(file[($0 - 16)..<$0]) == marker } + [
            file.count
        ]
    }()

    @Test func theFileHasSeveralBlocks() { #expect(Self.boundaries.count > 5) }

    @Test func aFileCutAnywhereGivesWhatStandsBeforeTheCut() throws {
        var readable = 0
        for end in Self.headerLength...Self.file.count {
            let (records, problems) = try ComposedFile.read(Array(Self.file[..<end]))
            #expect(records == Array(Self.records[..<records.count]))
            #expect(records.count >= readable)
            readable = max(readable, records.count)
            if Self.boundaries.contains(end) {
                #expect(problems == [])
            } else {
                #expect(problems.map(\.kind) == [.truncated])
            }
        }
        #expect(readable == Self.records.count)
    }

    @Test func aFileCutWithinItsHeaderIsRefused() {
        for end in 0..<Self.headerLength {
            let error = #expect(throws: ReadError.self) {
                _ = try ComposedFile.read(Array(Self.file[..<end]))
            }
            #expect(error?.kind == (end < 4 ? .notATrace : .truncatedHeader))
        }
    }

    @Test func aDamagedMarkerCostsItsBlockOnly() throws {
        let (start, end) = (Self.boundaries[1], Self.boundaries[2])
        var file = Self.file
        file[end - 1] ^= 0xff
        // Without its own marker, the block extends to the next one.
        let lost = try count(upTo: Self.boundaries[3]) - count(upTo: start)
        let (records, problems) = try ComposedFile.read(file)
        #expect(problems.map(\.kind) == [.damagedBlock])
        #expect(problems.map(\.offset) == [start])
        #expect(records.count == Self.records.count - lost)
        #expect(Array(records.suffix(3)) == Array(Self.records.suffix(3)))
    }

    @Test func aDamagedSizeCostsItsBlockOnly() throws {
        let start = Self.boundaries[1]
        for size in [0, 1, 50, 1_000_000, Int64.max, -1] {
            var head = ByteEncoder()
            head.long(3)
            head.long(size)
            let file =
                Self.file[..<start] + head.bytes + Self.file[(start + 3)...]
            let (records, problems) = try ComposedFile.read(Array(file))
            #expect(problems.map(\.offset) == [start])
            #expect(problems.map(\.kind) == [.damagedBlock])
            let lost = try count(upTo: Self.boundaries[2]) - count(upTo: start)
            #expect(records.count == Self.records.count - lost)
        }
    }

    @Test func damagedDataCostNoMoreThanTheirBlock() throws {
        let (start, end) = (Self.boundaries[1], Self.boundaries[2])
        let intact = try count(upTo: start)
        let lost = try count(upTo: end) - intact
        for position in (start + 3)..<(end - 16) {
            var file = Self.file
            file[position] ^= 0x55
            let (records, _) = try ComposedFile.read(file)
            #expect(Array(records[..<intact]) == Array(Self.records[..<intact]))
            #expect(records.count >= Self.records.count - lost)
        }
    }

    @Test func problemsAreBoundedAndCounted() throws {
        var file = ComposedFile(schema: SchemaV5.text)
        for _ in 0..<1500 { file.add(count: 1) { $0.long(99) } }
        var reader = try RecordReader(file.bytes)
        #expect(reader.next() == nil)
        #expect(reader.problems.count == TraceLimits.problems)
        #expect(reader.problemCount == 1500)
        #expect(reader.statistics.lostRecords == 1500)
    }

    @Test func whatLiesBehindTheRecordsOfABlockIsReported() throws {
        var file = ComposedFile(schema: SchemaV5.text)
        file.add(count: 1) {
            _ = $0.record(Samples.flows[0])
            _ = $0.record(Samples.flows[1])
        }
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records == [Samples.flows[0]])
        #expect(problems.map(\.kind) == [.damagedBlock])
    }

    private func count(upTo end: Int) throws -> Int {
        try ComposedFile.read(Array(Self.file[..<end])).records.count
    }
}
