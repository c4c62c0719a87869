import Testing

@testable import SysFlow

/// The reader goes by names, whatever the order, and leaves out what it does not know.
struct ResolutionTests {
    @Test func recordsAndFieldsAreFoundByName() throws {
        var file = ComposedFile(
            schema: """
                {"type": "record", "name": "Top", "fields": [
                 {"name": "before", "type": "string"},
                 {"name": "anything", "type": [
                  {"type": "record", "name": "Novelty", "fields": [
                   {"name": "a", "type": {"type": "map", "values": "double"}},
                   {"name": "b", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}},
                   {"name": "c", "type": {"type": "fixed", "name": "F", "size": 3}},
                   {"name": "d", "type": "boolean"}, {"name": "e", "type": "float"}]},
                  {"type": "record", "name": "elsewhere.Container", "fields": [
                   {"name": "image", "type": ["string", "null"]},
                   {"name": "label", "type": {"type": "array", "items": ["null", "bytes"]}},
                   {"name": "podId", "type": "string"},
                   {"name": "type", "type": {"type": "enum", "name": "T",
                    "symbols": ["CT_CRIO", "CT_DOCKER", "CT_NEW"]}},
                   {"name": "id", "type": "string"}]}]},
                 {"name": "after", "type": "long"}]}
                """)
        func container(_ encoder: inout ByteEncoder, type: Int64) {
            encoder.string("before")
            encoder.long(1)
            encoder.long(0)
            encoder.string("nginx")
            encoder.list([[UInt8]?.some([1, 2]), nil]) { $0.optional($1) { $0.raw($1) } }
            encoder.string("pod")
            encoder.long(type)
            encoder.string("0123456789ab")
            encoder.long(77)
        }
        file.add(count: 4) {
            $0.string("")
            $0.long(0)
            // A map's block with its size, which lets a reader skip it.
            $0.long(-1)
            $0.long(10)
            $0.string("k")
            $0.bytes += Array(repeating: 0, count: 8)
            $0.long(0)
            $0.long(1)
            $0.bytes += [1, 2, 3, 1, 0, 0, 0, 0]
            $0.long(0)
            container(&$0, type: 0)
            container(&$0, type: 2)
            container(&$0, type: 1)
        }
        var reader = try RecordReader(file.bytes)
        func expected(_ type: ContainerType) -> Record {
            .container(
                Container(
                    id: "0123456789ab", name: "", image: "nginx", imageID: "", type: type,
                    privileged: false, podID: "pod"))
        }
        #expect(reader.next() == expected(.crio))
        #expect(reader.next() == expected(.docker))
        #expect(reader.next() == nil)
        #expect(reader.problems.map(\.kind) == [.unusableRecord])
        #expect(reader.statistics.unknownRecords == 1)
        #expect(reader.unknownFields == ["Container.label"])
    }

    @Test func wrongUTF8IsReplacedAndCounted() throws {
        var file = ComposedFile(schema: SchemaV5.text)
        let id = FileID(containerID: "", path: [0x2f, 0xff])
        file.add {
            $0.long(3)
            $0.long(0)
            $0.fileID(id)
            $0.long(0)
            $0.int(102)
            $0.raw([0x2f, 0xff])
            $0.long(0)
        }
        var reader = try RecordReader(file.bytes)
        guard case .file(let read) = reader.next() else {
            Issue.record("the file record was not read")
            return
        }
        #expect(read.path == "/\u{fffd}")
        #expect(read.oid == id)
        #expect(reader.statistics.lossyStrings == 1)
        #expect(reader.problems == [])
    }

    @Test func aPortThatIsNoneCostsItsRecordOnly() throws {
        var file = ComposedFile(schema: SchemaV5.text)
        file.add(count: 2) {
            $0.long(5)
            for _ in 0..<7 { $0.long(0) }
            $0.long(70_000)
            for _ in 0..<8 { $0.long(0) }
            _ = $0.record(Samples.flows[0])
        }
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records == [Samples.flows[0]])
        #expect(problems.map(\.kind) == [.unusableRecord])
    }

    /// The same connection as both vintages recorded it.
    @Test(
        .enabled(if: !Fixtures.areMissing, "the reference traces ../shared/sysflow are absent"))
    func operationsFromBeforeVersion1AreRenumbered() throws {
        func flows(_ name: String) throws -> [NetworkFlow] {
            try readAll(try Fixtures.trace("sf-collector/tests/\(name)")).compactMap {
                if case .networkFlow(let flow) = $0 { flow } else { nil }
            }
        }
        let old = try flows("objectstore/data/play/tcpclientserver")
        let new = try flows("client-server/tcp-client-server.sf")
        #expect(old.count == 2)
        #expect(Set(old.map(\.operations)) == Set(new.map(\.operations)))
    }

    @Test func stringsAreSharedAndTheirPoolIsBounded() {
        var pool = StringPool()
        for round in 0..<3 {
            for number in 0..<50_000 {
                let text = "/usr/lib/some/long/path/\(number % (round == 0 ? 100 : 50_000))"
                let copy = Array(text.utf8)
                #expect(pool.string(copy.span) == text)
            }
        }
        #expect(pool.capacity <= TraceLimits.pooledStrings)
        #expect(pool.lossyStrings == 0)
    }
}
