import Testing

@testable import SysFlow

/// Files made to exhaust or crash their reader.
struct HostileTests {
    private func kind(of bytes: [UInt8]) -> ReadError.Kind? {
        do throws(ReadError) {
            _ = try RecordReader(bytes)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func whatIsNoTraceIsRefused() {
        #expect(kind(of: []) == .notATrace)
        #expect(kind(of: Array("not a trace at all".utf8)) == .notATrace)
        #expect(kind(of: [0x1f, 0x8b, 8, 0]) == .notATrace)
        #expect(
            kind(of: ComposedFile(schema: SchemaV5.text, codec: "bzip2").bytes)
                == .unsupportedCodec)
        let endless: [UInt8] = [0x4f, 0x62, 0x6a, 1] + Array(repeating: 0xff, count: 40)
        #expect(kind(of: endless) == .badHeader)
    }

    @Test(arguments: [
        "", "{", "[]", "\"string\"", "{\"type\": \"record\"}", "{\"type\": \"no such\"}",
        "{\"type\":\"record\",\"name\":\"A\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}",
        "{\"type\":\"record\",\"name\":\"File\",\"fields\":[{\"name\":\"oid\",\"type\":\"long\"}]}",
        "{\"type\":\"record\",\"name\":\"Container\",\"fields\":[]}",
        "{\"type\":\"record\",\"name\":\"Container\",\"fields\":[{\"name\":\"id\",\"type\":\"null\"}]}",
        String(repeating: "[", count: 100_000),
        String(repeating: "{\"type\":", count: 50_000),
        String(repeating: "{\"type\":\"array\",\"items\":", count: 40_000),
        "{\"type\":\"fixed\",\"name\":\"F\",\"size\":99999999999999999999}",
        "{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}",
    ])
    func anUnusableSchemaIsRefused(_ schema: String) {
        #expect(kind(of: ComposedFile(schema: schema).bytes) == .badSchema)
    }

    @Test func aDeflateBombCostsItsBlock() throws {
        var deflater = Deflater(level: 1)
        let bomb = deflater.deflate(Array(repeating: 0, count: TraceLimits.blockBytes + 1))
        var header = ByteEncoder()
        _ = header.record(Samples.entities[0])
        var file = ComposedFile(schema: SchemaV5.text, codec: "deflate")
        file.blocks = [(5, nil, bomb), (1, nil, deflater.deflate(header.bytes))]
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records == [Samples.entities[0]])
        #expect(problems.map(\.kind) == [.damagedBlock])
        #expect(problems.first?.lostRecords == 5)
    }

    private static let oneString =
        #"{"type":"record","name":"Container","fields":[{"name":"id","type":"string"},"#

    @Test func lengthsAndCountsBeyondTheDataAreRefused() throws {
        for value in [1, 1 << 20, 1 << 40, Int64.max, .min, -1, -5] {
            var file = ComposedFile(schema: SchemaV5.text)
            file.add {
                $0.long(0)
                $0.long(5)
                $0.long(value)
            }
            file.add {
                $0.long(4)
                for _ in 0..<5 { $0.long(0) }
                $0.long(value)
                $0.long(value)
            }
            file.add(count: value.magnitude > 1 << 62 ? .max : 1 << 60) {
                _ = $0.record(Samples.entities[0])
            }
            let (records, problems) = try ComposedFile.read(file.bytes)
            #expect(records == [Samples.entities[0]])
            #expect(problems.count == 3)
        }
    }

    @Test func listsAreBounded() throws {
        var file = ComposedFile(schema: SchemaV5.text)
        let count = TraceLimits.listElements + 1
        file.add {
            $0.long(4)
            for _ in 0..<5 { $0.long(0) }
            $0.long(Int64(count))
            $0.bytes += Array(repeating: 0, count: count)
            $0.long(0)
            $0.long(0)
        }
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records == [])
        #expect(problems.first?.detail.contains("elements") == true)
    }

    @Test func elementsWithoutBytesAreSkippedAtOnce() throws {
        var file = ComposedFile(
            schema: Self.oneString
                + #"{"name":"x","type":{"type":"array","items":"null"}},"#
                + #"{"name":"y","type":{"type":"array","items":{"type":"record","name":"E","#
                + #""fields":[{"name":"z","type":"null"}]}}}]}"#)
        file.add {
            $0.string("id")
            for _ in 0..<2 {
                $0.long(.max)
                $0.long(0)
            }
        }
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records.count == 1)
        #expect(problems == [])
    }

    @Test func aSelfContainingRecordIsSkippedToABoundedDepth() throws {
        let schema =
            Self.oneString + #"{"name":"x","type":{"type":"record","name":"List","fields":["#
            + #"{"name":"next","type":["null","List"]}]}}]}"#
        for (depth, readable) in [(3, true), (20, true), (1000, false), (1_000_000, false)] {
            var file = ComposedFile(schema: schema)
            file.add {
                $0.string("id")
                $0.bytes += Array(repeating: 2, count: depth)
                $0.long(0)
            }
            let (records, problems) = try ComposedFile.read(file.bytes)
            #expect(records.isEmpty != readable)
            #expect(problems.isEmpty == readable)
        }
    }

    @Test func anInfiniteRecordIsRefusedWhenRead() throws {
        var file = ComposedFile(
            schema: Self.oneString + #"{"name":"x","type":{"type":"record","name":"Loop","#
                + #""fields":[{"name":"a","type":"Loop"},{"name":"b","type":"Loop"}]}}]}"#)
        file.add { $0.string("id") }
        let (records, problems) = try ComposedFile.read(file.bytes)
        #expect(records == [])
        #expect(problems.count == 1)
    }
}
