/// Writes a record as a bare Avro datum of version 5's union: a packet of the SysFlow stream.
public struct DatagramEncoder: Sendable {
    /// Bytes that a reader takes in one packet: the buffer of sf-processor's socket driver. It
    /// closes the connection when a packet is larger, so a larger datum is not to be sent.
    public static let readerBytes = 16_384

    /// What became of a record.
    public enum Outcome: Hashable, Sendable {
        case datum([UInt8])
        /// Its datum has more than `readerBytes`: how many.
        case tooLarge(Int)
        /// It is of the dialect `loadline` or holds an IPv6 address: version 5 has no room for it.
        case noRoom
    }

    private var encoder = ByteEncoder()

    public init() {}

    public mutating func encode(_ record: Record) -> Outcome {
        encoder.bytes.removeAll(keepingCapacity: true)
        guard encoder.record(record) else { return .noRoom }
        guard encoder.bytes.count <= Self.readerBytes else {
            let size = encoder.bytes.count
            // What one large record took is not kept for all later ones.
            encoder = ByteEncoder()
            return .tooLarge(size)
        }
        return .datum(encoder.bytes)
    }
}
