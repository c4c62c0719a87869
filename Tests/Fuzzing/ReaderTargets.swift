@testable import SysFlow

/// The input is a whole file.
enum ReaderTarget: FuzzTarget {
    static func run(_ input: [UInt8]) {
        // The sizes depend on the input, so that all kinds of cuts come by.
        let odd = input.reduce(1) { ($0 &* 31 &+ Int($1)) & 0xfff } + 1
        Reading.check(input, pieces: input.count <= 512 ? [1, odd] : [odd])
    }

    static var seeds: [[UInt8]] {
        let records = Samples.entities + Samples.flows + [Samples.networkEvent]
        let small = written(records, codec: .null, syncInterval: 300)
        let deflated = written(records, codec: .deflate, syncInterval: 300)
        return [
            small, deflated, small + deflated, Array(small.dropLast(20)),
            Array(deflated.dropLast(20)), written([]), smallFile, smallFile + smallFile,
        ]
    }

    /// With a short schema, which is quick to compile and to mutate.
    private static var smallFile: [UInt8] {
        let schema =
            #"{"type":"record","name":"SysFlow","fields":[{"name":"rec","type":["#
            + #"{"type":"record","name":"SFHeader","fields":[{"name":"version","type":"long"},"#
            + #"{"name":"exporter","type":"string"}]},{"type":"record","name":"Other","fields":["#
            + #"{"name":"list","type":{"type":"array","items":"Other"}}]},"#
            + #"{"type":"record","name":"Pod","fields":[{"name":"id","type":"string"},"#
            + #"{"name":"labels","type":{"type":"map","values":"string"}}]}]}]}"#
        var file = ByteEncoder(bytes: [0x4f, 0x62, 0x6a, 1])
        file.list([("avro.codec", "null"), ("avro.schema", schema)]) {
            $0.string($1.0)
            $0.string($1.1)
        }
        file.marker(Samples.fixedMarker)
        for _ in 0..<2 {
            var block = ByteEncoder()
            for branch in [0, 2] {
                block.long(Int64(branch))
                if branch == 0 { block.long(5) }
                block.string("name")
                if branch == 2 { block.map(["key": "value"]) }
            }
            file.long(2)
            file.raw(block.bytes)
            file.marker(Samples.fixedMarker)
        }
        return file.bytes
    }
}

/// The input is what stands in blocks: what is around it is right, so that mutations get to the
/// records and are not refused at the first marker. The schema is compiled once.
///
///     flags: 1 byte (bit 0: deflated) | then for each block:
///     records: 1 byte | size: 2 bytes, little-endian | data
enum BlocksTarget: FuzzTarget {
    static func run(_ input: [UInt8]) {
        guard let flags = input.first else { return }
        var file: [UInt8] = []
        var position = 1
        while input.count - position >= 3 {
            let size = Int(input[position + 1]) | Int(input[position + 2]) << 8
            let start = position + 3
            let end = min(start + size, input.count)
            var block = ByteEncoder()
            block.long(Int64(input[position]))
            block.raw(Array(input[start..<end]))
            block.marker(Samples.fixedMarker)
            file += block.bytes
            position = end
        }
        Reading.check(file, pieces: [file.count / 3 + 1]) {
            reader(Codec.allCases[Int(flags) % Codec.allCases.count])
        }
    }

    /// A reader behind a header.
    private static func reader(_ codec: Codec) -> RecordReader {
        var reader = RecordReader()
        reader.decoder.use(plan)
        reader.marker = Samples.fixedMarker
        reader.hasHeader = true
        reader.codec = codec
        return reader
    }

    private static let plan: Plan = {
        guard let plan = try? PlanCompiler.compile(Array(SchemaV5.text.utf8)) else {
            broken("the schema of version 5 does not compile")
        }
        return plan
    }()

    static var seeds: [[UInt8]] {
        let records = Samples.entities + Samples.flows + [Samples.networkEvent]
        var all: [UInt8] = [0]
        var seeds: [[UInt8]] = []
        for record in records {
            var encoder = ByteEncoder()
            guard encoder.record(record) else { continue }
            let block = head(1, encoder.bytes.count) + encoder.bytes
            seeds.append([0] + block)
            all += block
            var deflater = Deflater(level: 1)
            let deflated = deflater.deflate(encoder.bytes)
            seeds.append([1] + head(1, deflated.count) + deflated)
        }
        return seeds + [all]
    }

    private static func head(_ records: UInt8, _ size: Int) -> [UInt8] {
        [records, UInt8(size & 0xff), UInt8(size >> 8 & 0xff)]
    }
}
