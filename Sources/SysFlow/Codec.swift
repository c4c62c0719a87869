/// How the blocks of a trace are compressed, by Avro's names.
public enum Codec: String, Sendable, CaseIterable {
    case null
    case deflate
    case snappy
    case zstandard
}

/// What became of one block's data.
enum InflateOutcome: Equatable {
    case complete
    /// The input ended before the compressed stream did; what came before it is in the output.
    case truncated
    case damaged
    case tooLong
}

/// Expands blocks of any codec. What a codec needs is made when its first block comes.
struct BlockExpander: ~Copyable, Sendable {
    private var whole = WholeInflater()
    private var inflater = Inflater()
    private var zstandard = ZstandardExpander()

    /// Expands `input[range]` into `output`, whose first `count` bytes are then the result. The
    /// output grows up to `limit` bytes and is kept for the next block.
    mutating func expand(
        _ codec: Codec, _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8],
        limit: Int
    ) -> (outcome: InflateOutcome, count: Int) {
        switch codec {
        case .null:
            output.replaceSubrange(0..<min(output.count, range.count), with: input[range])
            return (.complete, range.count)
        case .deflate:
            if let count = whole.inflate(input, range, into: &output, limit: limit) {
                return (.complete, count)
            }
            return inflater.inflate(input, range, into: &output, limit: limit)
        case .zstandard: return zstandard.expand(input, range, into: &output, limit: limit)
        case .snappy: return Snappy.expand(input, range, into: &output, limit: limit)
        }
    }
}

/// Compresses blocks with one codec.
struct BlockCompressor: ~Copyable, Sendable {
    let codec: Codec
    private let level: Int
    private var deflater: Deflater

    init(_ codec: Codec, level: Int) {
        self.codec = codec
        self.level = level
        deflater = Deflater(level: level)
    }

    mutating func compress(_ input: [UInt8]) -> [UInt8] {
        switch codec {
        case .null: input
        case .deflate: deflater.deflate(input)
        case .snappy: Snappy.compress(input)
        case .zstandard: Zstandard.compress(input, level: level)
        }
    }
}
