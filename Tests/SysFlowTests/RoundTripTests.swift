import Testing

@testable import SysFlow

struct RoundTripTests {
    static let everyKind = Samples.entities + Samples.flows + [Samples.networkEvent]

    @Test(arguments: [Codec.null, .deflate])
    func whatIsWrittenIsReadBack(_ codec: Codec) throws {
        #expect(Set(Self.everyKind.map(\.kindName)).count == 12)
        var reader = try RecordReader(written(Self.everyKind, codec: codec))
        var records: [Record] = []
        while let record = reader.next() { records.append(record) }
        #expect(records == Self.everyKind)
        #expect(reader.problems == [])
        #expect(reader.unknownFields == [])
    }

    @Test func blocksCloseAtTheInterval() throws {
        let many = Array(repeating: Self.everyKind, count: 40).flatMap { $0 }
        var reader = try RecordReader(written(many, syncInterval: 1000))
        var count = 0
        while let record = reader.next() {
            #expect(record == many[count])
            count += 1
        }
        #expect(count == many.count)
        #expect(reader.statistics.blocks > 20)
    }

    @Test func outputIsWholeBlocks() throws {
        var writer = RecordWriter(syncInterval: 500)
        var file: [UInt8] = []
        var readable = 0
        for round in 1...50 {
            for record in Self.everyKind { writer.append(record) }
            file += writer.takeOutput()
            var reader = try RecordReader(file)
            var count = 0
            while reader.next() != nil { count += 1 }
            #expect(reader.problems == [])
            #expect(count >= readable && count <= round * Self.everyKind.count)
            readable = count
        }
        writer.finishBlock()
        file += writer.takeOutput()
        #expect(try readAll(file).count == writer.records)
    }

    @Test func whatVersion5HasNoRoomForIsCounted() throws {
        var writer = RecordWriter()
        var flow = Samples.networkFlow(source: 1, destination: 2)
        flow.destination = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)
        writer.append(.networkFlow(flow))
        writer.append(Samples.networkEvent)
        for record in Samples.entities { writer.append(record) }
        writer.finishBlock()
        #expect(writer.omissions.ipv6 == 1)
        #expect(writer.omissions.networkEvents == 1)
        #expect(writer.records == Samples.entities.count)
        #expect(try readAll(writer.takeOutput()) == Samples.entities)
    }

    @Test func anAddressIsTheInAddrInLittleEndian() throws {
        var encoder = ByteEncoder()
        _ = encoder.record(.networkFlow(Samples.networkFlow(source: 0x7f00_0001, destination: 0)))
        var expected = ByteEncoder()
        expected.int(16_777_343)
        #expect(encoder.bytes.firstRange(of: expected.bytes) != nil)
    }

    @Test func twoFilesInOneAreReadAsOne() throws {
        let file = written(Self.everyKind)
        #expect(try readAll(file + file) == Self.everyKind + Self.everyKind)
    }

    @Test(arguments: [1, 7, 1000])
    func aFileFedInPiecesIsReadTheSame(_ size: Int) throws {
        let many = Array(repeating: Self.everyKind, count: 3).flatMap { $0 }
        let file = written(many, syncInterval: 300) + written(many, codec: .null)
        var reader = RecordReader()
        var records: [Record] = []
        for start in stride(from: 0, to: file.count, by: size) {
            try reader.feed(Array(file[start..<min(start + size, file.count)]))
            while let record = reader.next() { records.append(record) }
        }
        try reader.finish()
        while let record = reader.next() { records.append(record) }
        #expect(reader.problems == [])
        #expect(records == many + many)
    }

    @Test func theSameRecordsAndMarkerGiveTheSameBytes() {
        #expect(written(Self.everyKind) == written(Self.everyKind))
    }
}
