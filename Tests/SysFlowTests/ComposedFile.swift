@testable import SysFlow

/// A container file put together by hand, so that it can be wrong.
struct ComposedFile {
    var schema: String
    var codec = "null"
    /// Each with the count and size that it claims.
    var blocks: [(count: Int64, size: Int64?, data: [UInt8])] = []

    mutating func add(count: Int64 = 1, size: Int64? = nil, _ write: (inout ByteEncoder) -> Void) {
        var encoder = ByteEncoder()
        write(&encoder)
        blocks.append((count, size, encoder.bytes))
    }

    var bytes: [UInt8] {
        var encoder = ByteEncoder(bytes: [0x4f, 0x62, 0x6a, 1])
        encoder.long(2)
        encoder.string("avro.codec")
        encoder.string(codec)
        encoder.string("avro.schema")
        encoder.string(schema)
        encoder.long(0)
        encoder.marker(Samples.fixedMarker)
        for block in blocks {
            encoder.long(block.count)
            encoder.long(block.size ?? Int64(block.data.count))
            encoder.bytes += block.data
            encoder.marker(Samples.fixedMarker)
        }
        return encoder.bytes
    }

    /// The records, and the problems met.
    static func read(_ bytes: [UInt8]) throws(ReadError) -> (records: [Record], problems: [Problem])
    {
        var reader = try RecordReader(bytes)
        var records: [Record] = []
        while let record = reader.next() { records.append(record) }
        return (records, reader.problems)
    }
}
