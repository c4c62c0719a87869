/// A seeded hash, so that who picks the paths cannot pick collisions.
struct ByteHash {
    private let seed: UInt64
    private let multiplier: UInt64

    init(seed: UInt64) {
        self.seed = seed
        multiplier = (seed &* 0x9e37_79b9_7f4a_7c15) | 1
    }

    func callAsFunction(_ a: UInt64, _ b: UInt64 = 0) -> UInt32 {
        Self.fold(mix(mix(seed, a), b))
    }

    func callAsFunction(_ bytes: Span<UInt8>, _ extra: UInt64) -> UInt32 {
        var hash = mix(seed, extra ^ UInt64(bytes.count) << 32)
        var i = 0
        while i &+ 8 <= bytes.count {
            hash = mix(hash, bytes.word(at: i))
            i &+= 8
        }
        var tail: UInt64 = 0
        while i < bytes.count {
            tail = tail << 8 | UInt64(bytes[i])
            i &+= 1
        }
        return Self.fold(mix(hash, tail))
    }

    @inline(__always)
    private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = (a ^ b ^ 0xa076_1d64_78bd_642f).multipliedFullWidth(by: multiplier)
        return (high ^ low) &+ a
    }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: value ^ value >> 32)
    }
}

extension Span<UInt8> {
    /// Eight bytes from `offset` on, which must all be there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= count &- 8)
        var value = UInt64(self[offset])
        value |= UInt64(self[offset &+ 1]) << 8
        value |= UInt64(self[offset &+ 2]) << 16
        value |= UInt64(self[offset &+ 3]) << 24
        value |= UInt64(self[offset &+ 4]) << 32
        value |= UInt64(self[offset &+ 5]) << 40
        value |= UInt64(self[offset &+ 6]) << 48
        value |= UInt64(self[offset &+ 7]) << 56
        return value
    }

    /// The same bytes.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var i = 0
        while i &+ 8 <= count {
            if word(at: i) != other.word(at: i) { return false }
            i &+= 8
        }
        while i < count {
            if self[i] != other[i] { return false }
            i &+= 1
        }
        return true
    }
}
