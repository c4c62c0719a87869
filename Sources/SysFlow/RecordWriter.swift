/// Writes a SysFlow file: of version 5 exactly, or in the dialect `loadline`. The public SysFlow
/// tools read both.
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
    /// Bytes of data, before compression, at which a block is closed.
    public static let syncInterval = 80_000

    /// What was left out, since version 5 has no room for it.
    public private(set) var omissions = Omissions()
    /// Records that were appended and not left out.
    public private(set) var records = 0

    private let marker: [16 of UInt8]
    private let syncInterval: Int
    private let includesNetworkEvents: Bool
    private var compressor: BlockCompressor
    private var block = ByteEncoder()
    private var blockRecords: Int64 = 0
    private var output = ByteEncoder()

    /// - Parameters:
    ///   - dialect: `loadline` holds every record whole.
    ///   - codec: how blocks are compressed.
    ///   - syncInterval: bytes of data, before compression, at which a block is closed.
    ///   - compressionLevel: zlib's, 1 (fast) to 9 (small): 6 takes three times as long for a file
    ///     5 % smaller.
    ///   - includesNetworkEvents: for the dialect `sysflow`: version 5 has them, but the public tools up to 0.6.1 stop at the
    ///     first one without a word; loadline reads them.
    ///   - marker: what stands between blocks. Random unless a test needs the same bytes twice.
    ///   - metadata: further entries of the file's header. Keys that begin with "avro." are
    ///     reserved by the format and ignored.
    public init(
        dialect: Dialect = .sysflow, codec: Codec = .deflate,
        syncInterval: Int = Self.syncInterval, compressionLevel: Int = 1,
        includesNetworkEvents: Bool = false, marker: [16 of UInt8]? = nil,
        metadata: [String: [UInt8]] = [:]
    ) {
        self.includesNetworkEvents = includesNetworkEvents
        self.syncInterval = syncInterval
        self.marker = marker ?? Self.randomMarker()
        compressor = BlockCompressor(codec, level: compressionLevel)
        block.dialect = dialect
        block.bytes.reserveCapacity(syncInterval + 4096)
        writeHeader(metadata)
    }

    /// Takes a record into the current block, which is closed if that fills it.
    public mutating func append(_ record: Record) {
        if case .networkEvent = record, block.dialect == .sysflow, !includesNetworkEvents {
            omissions.networkEvents += 1
            return
        }
        guard block.record(record, sequence: blockRecords == 0 ? Int64(records) + 1 : 0) else {
            omissions.count(record)
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
        output.raw(compressor.compress(block.bytes))
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
        entries.append(("avro.codec", Array(compressor.codec.rawValue.utf8)))
        entries.append(("avro.schema", Array(block.dialect.schema.utf8)))
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
