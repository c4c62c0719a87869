/// Reads records that come one by one, each as a bare Avro datum of version 5's union: what the
/// SysFlow stream carries in a packet, without a file's header or blocks.
///
///     var decoder = DatagramDecoder()
///     let record = try decoder.decode(packet)
///
/// Each datum stands alone: one that is unreadable costs itself only.
public struct DatagramDecoder: Sendable {
    /// Datums given so far, unreadable ones included.
    public private(set) var count = 0
    private var decoder = RecordDecoder()

    public init() {
        guard let plan = try? PlanCompiler.compile(Array(SchemaV5.text.utf8)) else {
            preconditionFailure("SysFlow's own schema of version 5 does not compile")
        }
        decoder.use(plan)
    }

    /// Strings that were not UTF-8; their wrong bytes were replaced with U+FFFD.
    public var lossyStrings: Int { decoder.pool.lossyStrings }

    /// The record of one datum.
    ///
    /// - Parameters:
    ///   - bytes: the datum, from their beginning on.
    ///   - end: where the datum ends in `bytes`; nil: with them.
    /// - Throws: `DatagramProblem` if it is not exactly one record of version 5; the next one can
    ///   be decoded.
    public mutating func decode(
        _ bytes: [UInt8], upTo end: Int? = nil
    ) throws(DatagramProblem) -> Record {
        count += 1
        let end = min(max(end ?? bytes.count, 0), bytes.count)
        var position = 0
        let datum: RecordDecoder.Datum
        do throws(Corruption) {
            datum = try decoder.decode(bytes, upTo: end, at: &position)
        } catch {
            // A length beyond the end is what a datum that was cut within a text looks like.
            let kind: DatagramProblem.Kind =
                error == .endOfData || error == .badLength ? .cut : .unreadable
            throw DatagramProblem(kind: kind, number: count, bytes: end, detail: error.text)
        }
        guard position == end else {
            throw DatagramProblem(
                kind: .trailingBytes, number: count, bytes: end,
                detail: "\(end - position) bytes stand behind its record: the sender writes "
                    + "another version than 5, or more than one record a packet")
        }
        switch datum {
        case .record(let record): return record
        case .unknown(let name):
            throw DatagramProblem(
                kind: .unusable, number: count, bytes: end, detail: "an unknown record \(name)")
        case .unusable(let reason):
            throw DatagramProblem(kind: .unusable, number: count, bytes: end, detail: reason)
        }
    }
}

/// A datum that gave no record.
public struct DatagramProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It ends before its record does.
        case cut
        /// It goes on behind its record.
        case trailingBytes
        /// It is no record of version 5.
        case unreadable
        /// It holds a value without meaning.
        case unusable
    }

    public var kind: Kind
    /// Which datum, counted from 1.
    public var number: Int
    /// Its length.
    public var bytes: Int
    /// What is wrong.
    public var detail: String

    public init(kind: Kind, number: Int, bytes: Int, detail: String) {
        self.kind = kind
        self.number = number
        self.bytes = bytes
        self.detail = detail
    }

    public var description: String { "packet \(number) of \(bytes) bytes: \(detail)" }
}
