internal import SysFlow

extension FileID {
    /// The identity of a file: SHA-1 of the container's id, then the path, which need not be
    /// UTF-8. The container's id is empty for a file of the host.
    init(containerID: String, path: some Sequence<UInt8>) {
        var digest = SHA1()
        for byte in containerID.utf8 { digest.append(byte) }
        for byte in path { digest.append(byte) }
        self.init(bytes: digest.finish())
    }
}

/// FIPS 180-4, 6.1. Not for secrecy: the format names files by it.
private struct SHA1 {
    private var state: [5 of UInt32] = [
        0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
    ]
    private var block: [16 of UInt32] = .init(repeating: 0)
    private var count: UInt64 = 0

    mutating func append(_ byte: UInt8) {
        let position = Int(count & 63)
        block[position >> 2] = block[position >> 2] << 8 | UInt32(byte)
        count &+= 1
        if position == 63 { compress() }
    }

    consuming func finish() -> [20 of UInt8] {
        let bits = count &* 8
        append(0x80)
        while count & 63 != 56 { append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var bytes: [20 of UInt8] = .init(repeating: 0)
        for i in 0..<20 {
            bytes[i] = UInt8(truncatingIfNeeded: state[i >> 2] >> UInt32(24 - 8 * (i & 3)))
        }
        return bytes
    }

    private mutating func compress() {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            if round >= 16 {
                let word =
                    block[(round - 3) & 15] ^ block[(round - 8) & 15] ^ block[(round - 14) & 15]
                    ^ block[round & 15]
                block[round & 15] = word << 1 | word >> 31
            }
            let (mixed, constant): (UInt32, UInt32) =
                switch round {
                case ..<20: (b & c | ~b & d, 0x5a82_7999)
                case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case ..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next =
                (a << 5 | a >> 27) &+ mixed &+ e &+ constant &+ block[round & 15]
            (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, next)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}
