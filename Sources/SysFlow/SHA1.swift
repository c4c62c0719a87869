/// SHA-1 (FIPS 180-4), which SysFlow uses to name files. Not for security.
struct SHA1 {
    private var state: [5 of UInt32] = [
        0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
    ]
    private var block = [16 of UInt32](repeating: 0)
    private var length: UInt64 = 0

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { append(byte) }
    }

    /// Pads the message and gives its digest.
    consuming func finalize() -> [20 of UInt8] {
        let bits = length &* 8
        append(0x80)
        while length % 64 != 56 { append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var digest = [20 of UInt8](repeating: 0)
        for i in 0..<20 {
            digest[i] = UInt8(truncatingIfNeeded: state[i / 4] >> UInt32(24 - 8 * (i % 4)))
        }
        return digest
    }

    private mutating func append(_ byte: UInt8) {
        let position = Int(length % 64)
        block[position / 4] = block[position / 4] << 8 | UInt32(byte)
        length &+= 1
        if position == 63 { compress() }
    }

    private mutating func compress() {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            if round >= 16 { expand(round) }
            let (choice, constant) = Self.mix(round, b, c, d)
            let next =
                Self.rotate(a, 5) &+ choice &+ e &+ constant &+ block[round & 15]
            (e, d, c, b, a) = (d, c, Self.rotate(b, 30), a, next)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }

    private mutating func expand(_ round: Int) {
        let word =
            block[(round - 3) & 15] ^ block[(round - 8) & 15] ^ block[(round - 14) & 15]
            ^ block[round & 15]
        block[round & 15] = Self.rotate(word, 1)
    }

    private static func mix(
        _ round: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32
    ) -> (UInt32, UInt32) {
        switch round {
        case ..<20: (b & c | ~b & d, 0x5a82_7999)
        case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
        case ..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
        default: (b ^ c ^ d, 0xca62_c1d6)
        }
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }
}
