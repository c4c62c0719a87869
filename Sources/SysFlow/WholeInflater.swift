import CLibdeflate

// libdeflate keeps its state behind a pointer, owned by one noncopyable value.

/// Raw deflate of data that are there whole, at some twice zlib's speed. It says nothing of data
/// that are cut or damaged: `Inflater` then reads what there is of them.
@safe struct WholeInflater: ~Copyable, @unchecked Sendable {
    private let state: OpaquePointer

    init() {
        guard let state = unsafe libdeflate_alloc_decompressor() else {
            preconditionFailure("libdeflate cannot start: out of memory")
        }
        unsafe self.state = state
    }

    deinit { unsafe libdeflate_free_decompressor(state) }

    /// Inflates `input[range]` into `output`, which grows up to `limit` bytes and is kept for the
    /// next block.
    ///
    /// - Returns: how many bytes of `output` are the result; nil where it is not whole, or longer
    ///   than `limit`.
    mutating func inflate(
        _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], limit: Int
    ) -> Int? {
        if output.isEmpty { output = [UInt8](repeating: 0, count: min(1 << 18, limit)) }
        while true {
            var count = 0
            let result = unsafe input[range].withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { target in
                    unsafe libdeflate_deflate_decompress(
                        state, source.baseAddress, source.count, target.baseAddress, target.count,
                        &count)
                }
            }
            switch result {
            case LIBDEFLATE_SUCCESS: return count
            case LIBDEFLATE_INSUFFICIENT_SPACE where output.count < limit:
                let grown = min(output.count * 2, limit)
                output += [UInt8](repeating: 0, count: grown - output.count)
            default: return nil
            }
        }
    }
}
