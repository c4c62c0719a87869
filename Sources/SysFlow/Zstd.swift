import CZstd

// libzstd keeps its state behind a pointer, owned by one noncopyable value.

/// Expands zstandard frames, which is Avro's `zstandard` codec.
@safe struct ZstandardExpander: ~Copyable, @unchecked Sendable {
    private var stream: OpaquePointer?

    deinit {
        if let stream = unsafe stream { unsafe ZSTD_freeDStream(stream) }
    }

    /// As `Inflater.inflate`.
    mutating func expand(
        _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], limit: Int
    ) -> (outcome: InflateOutcome, count: Int) {
        if unsafe stream == nil { unsafe stream = ZSTD_createDStream() }
        guard let stream = unsafe stream else { return (.damaged, 0) }
        unsafe ZSTD_initDStream(stream)
        // A frame may ask for a window as large as its block; more memory than that it never gets.
        unsafe ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, 26)
        var count = 0
        var position = 0
        while true {
            if count == output.count {
                guard count <= limit else { return (.tooLong, count) }
                let grown = min(max(output.count * 2, 1 << 18), limit + 1)
                output += [UInt8](repeating: 0, count: grown - output.count)
            }
            let start = count
            let left = unsafe input[range].withUnsafeBufferPointer { source in
                unsafe output.withUnsafeMutableBufferPointer { target in
                    var from = unsafe ZSTD_inBuffer(
                        src: source.baseAddress, size: source.count, pos: position)
                    var to = unsafe ZSTD_outBuffer(
                        dst: target.baseAddress, size: target.count, pos: start)
                    let left = unsafe ZSTD_decompressStream(stream, &to, &from)
                    position = unsafe from.pos
                    count = unsafe to.pos
                    return left
                }
            }
            if ZSTD_isError(left) != 0 { return (.damaged, count) }
            if left == 0, position == range.count {
                return (count <= limit ? .complete : .tooLong, count)
            }
            // Nothing more comes out, and nothing more goes in.
            if position == range.count, count < output.count { return (.truncated, count) }
        }
    }
}

enum Zstandard {
    /// One frame.
    /// - Parameter level: zstd's, 1 (fast) to 19 (small).
    @safe static func compress(_ input: [UInt8], level: Int) -> [UInt8] {
        let bound = ZSTD_compressBound(input.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            let size = unsafe input.withUnsafeBufferPointer { source in
                unsafe ZSTD_compress(
                    target.baseAddress, bound, source.baseAddress, source.count, Int32(level))
            }
            precondition(ZSTD_isError(size) == 0, "ZSTD_compressBound was too small")
            count = size
        }
    }
}
