import CSnappy
import CZlib

/// Avro's `snappy` codec: one snappy block, then the CRC-32 of what it expands to, big-endian.
enum Snappy {
    /// As `Inflater.inflate`. A block that is cut cannot be expanded at all.
    @safe static func expand(
        _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], limit: Int
    ) -> (outcome: InflateOutcome, count: Int) {
        guard range.count > 4 else { return (.truncated, 0) }
        let data = range.lowerBound..<range.upperBound - 4
        var size = 0
        let isSized = unsafe input[data].withUnsafeBytes { source in
            unsafe snappy_uncompressed_length(
                source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count, &size)
        }
        guard isSized == SNAPPY_OK else { return (.damaged, 0) }
        guard size <= limit else { return (.tooLong, limit + 1) }
        if output.count < size {
            output += [UInt8](repeating: 0, count: size - output.count)
        }
        let (status, checksum) = unsafe input[data].withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                let status = unsafe snappy_uncompress(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                    target.baseAddress?.assumingMemoryBound(to: CChar.self), &size)
                let checksum = unsafe crc32(
                    0, target.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(size))
                return (status, UInt32(truncatingIfNeeded: checksum))
            }
        }
        guard status == SNAPPY_OK else { return (.damaged, 0) }
        let stored = input[data.upperBound..<range.upperBound].reduce(UInt32(0)) {
            $0 << 8 | UInt32($1)
        }
        return stored == checksum ? (.complete, size) : (.damaged, 0)
    }

    @safe static func compress(_ input: [UInt8]) -> [UInt8] {
        let bound = snappy_max_compressed_length(input.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: bound + 4) { target, count in
            var size = bound
            let checksum = unsafe input.withUnsafeBytes { source in
                let status = unsafe snappy_compress(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                    UnsafeMutableRawPointer(target.baseAddress)?.assumingMemoryBound(
                        to: CChar.self), &size)
                precondition(status == SNAPPY_OK, "the bound of snappy was too small")
                return unsafe crc32(
                    0, source.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt32(source.count))
            }
            let word = UInt32(truncatingIfNeeded: checksum)
            for i in 0..<4 {
                unsafe target[size + i] = UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * i))
            }
            count = size + 4
        }
    }
}
