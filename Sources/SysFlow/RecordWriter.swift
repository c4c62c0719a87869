/// Writes a SysFlow file of version 5, which the public SysFlow tools read.
///
///     var writer = RecordWriter()
///     writer.append(record)                  // for each; entities before what cites them
///     descriptor.write(writer.takeOutput())  // now and then
///     writer.finishBlock()                   // at the end, and where nothing may be held back
///     descriptor.write(writer.takeOutput())
///
/// The output is the header and whole blocks: a file cut between two blocks is readable, and so is
/// one that is still being written. The writer holds the block being filled, and what was not
/// taken; whoever does not take it lets it grow.
public struct RecordWriter: ~Copyable, Sendable {
    public enum Codec: String, Sendable {
        case null
        case deflate
    }

    /// Bytes of data, before compression, at which a block is closed.
    public static let syncInterval = 80_000

    /// Flows and events that were left out since version 5 has no IPv6 addresses.
    public private(set) var omittedIPv6 = 0
    /// Events that were left out since the public tools lose a whole file by one NetworkEvent.
    public private(set) var omittedNetworkEvents = 0
    /// Records that were appended and not left out.
    public private(set) var records = 0

    private let marker: [16 of UInt8]
    private let codec: Codec
    private let syncInterval: Int
    private let includesNetworkEvents: Bool
    private var deflater: Deflater
    private var block = ByteEncoder()
    private var blockRecords: Int64 = 0
    private var output = ByteEncoder()

    /// - Parameters:
    ///   - syncInterval: bytes of data, before compression, at which a block is closed.
    ///   - compressionLevel: zlib's, 1 (fast) to 9 (small): 6 takes three times as long for a file
    ///     5 % smaller.
    ///   - includesNetworkEvents: version 5 has them, but the public tools up to 0.6.1 stop at the
    ///     first one without a word; loadline reads them.
    ///   - marker: what stands between blocks. Random unless a test needs the same bytes twice.
    ///   - metadata: further entries of the file's header. Keys that begin with "avro." are
    ///     reserved by the format and ignored.
    public init(
        codec: Codec = .deflate, syncInterval: Int = Self.syncInterval, compressionLevel: Int = 1,
        includesNetworkEvents: Bool = false, marker: [16 of UInt8]? = nil,
        metadata: [String: [UInt8]] = [:]
    ) {
        self.codec = codec
        self.includesNetworkEvents = includesNetworkEvents
        self.syncInterval = syncInterval
        self.marker = marker ?? Self.randomMarker()
        deflater = Deflater(level: compressionLevel)
        block.bytes.reserveCapacity(syncInterval + 4096)
        writeHeader(metadata)
    }

    /// Takes a record into the current block, which is closed if that fills it.
    public mutating func append(_ record: Record) {
        if case .networkEvent = record, !includesNetworkEvents {
            omittedNetworkEvents += 1
            return
        }
        guard block.record(record) else {
            omittedIPv6 += 1
            return
        }
        records += 1
        blockRecords += 1
        if block.bytes.count >= syncInterval { finishBlock() }
    }

    /// Closes the current block, if it holds anything, and adds it to the output.
    public mutating func finishBlock() {
        guard blockRecords > 0 else { return }
        output.long(blockRecords)
        switch codec {
        case .null: output.raw(block.bytes)
        case .deflate: output.raw(deflater.deflate(block.bytes))
        }
        output.marker(marker)
        block.bytes.removeAll(keepingCapacity: true)
        blockRecords = 0
    }

    /// The bytes that are to be written next; the writer forgets them.
    public mutating func takeOutput() -> [UInt8] {
        let bytes = output.bytes
        output.bytes = []
        return bytes
    }

    private mutating func writeHeader(_ metadata: [String: [UInt8]]) {
        var entries = metadata.filter { !$0.key.hasPrefix("avro.") }.sorted { $0.key < $1.key }
        entries.append(("avro.codec", Array(codec.rawValue.utf8)))
        entries.append(("avro.schema", Array(SchemaV5.text.utf8)))
        for i in 0..<4 { output.bytes.append(TraceHeader.magic[i]) }
        output.list(entries) {
            $0.string($1.key)
            $0.raw($1.value)
        }
        output.marker(marker)
    }

    private static func randomMarker() -> [16 of UInt8] {
        var marker = [16 of UInt8](repeating: 0)
        for i in 0..<16 { marker[i] = .random(in: 0...255) }
        return marker
    }
}
