/// An address as the kernel side writes it: 16 bytes in network order, IPv4 as `::ffff:a.b.c.d`.
public struct Address: Hashable, Sendable {
    /// The first eight bytes, as a big-endian number.
    public var high: UInt64
    /// The last eight bytes, as a big-endian number.
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
