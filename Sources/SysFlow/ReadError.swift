/// Why a file cannot be read at all.
public struct ReadError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It does not begin as an Avro object container file does.
        case notATrace
        /// It ends within its header.
        case truncatedHeader
        case badHeader
        case unsupportedCodec
        case badSchema
    }

    public var kind: Kind
    /// Byte of the file at which the header in question begins.
    public var offset: Int
    /// What is wrong, and the remedy.
    public var detail: String

    public var description: String { "byte \(offset): \(detail)" }
}

/// Something of a file that was lost; reading went on.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The file ends within a block.
        case truncated
        /// A block is not what its header or its marker says.
        case damagedBlock
        /// A datum is unreadable; so is what follows it in its block.
        case damagedRecord
        /// A record holds a value without meaning; the next one is read.
        case unusableRecord
        /// Records before a block are gone without a trace but the block's own number.
        case missingRecords
        /// A block of numbers that were there before.
        case repeatedBlock
    }

    public var kind: Kind
    /// Byte of the file at which the block in question begins.
    public var offset: Int
    /// Records lost by it, as far as the block's header can be believed; nil where it is unknown.
    public var lostRecords: Int?
    public var detail: String

    public var description: String {
        let loss = lostRecords.map { "; records lost: \($0)" } ?? ""
        return "block at byte \(offset): \(detail)\(loss)"
    }
}
