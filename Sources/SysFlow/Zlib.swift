import CZlib

// zlib keeps a pointer to its z_stream, so each stream lives at one address, owned by one
// noncopyable value.

/// Raw deflate (RFC 1951, no zlib header), which is Avro's `deflate` codec.
@safe struct Inflater: ~Copyable, @unchecked Sendable {
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe inflateInit2_(
            stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: out of memory or the wrong version")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Inflates `input[range]` into `output`, whose first `count` bytes are then the result.
    /// The output grows up to `limit` bytes and is kept for the next block.
    mutating func inflate(
        _ input: [UInt8], _ range: Range<Int>, into output: inout [UInt8], limit: Int
    ) -> (outcome: InflateOutcome, count: Int) {
        var count = 0
        unsafe inflateReset(stream)
        let outcome = unsafe input[range].withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(source.count)
            return drain(into: &output, limit: limit, count: &count)
        }
        return (outcome, count)
    }

    private func drain(
        into output: inout [UInt8], limit: Int, count: inout Int
    ) -> InflateOutcome {
        while true {
            if count == output.count {
                // One byte past the limit tells a block of exactly that size from a longer one.
                guard count <= limit else { return .tooLong }
                let grown = min(max(output.count * 2, 1 << 18), limit + 1)
                output += [UInt8](repeating: 0, count: grown - output.count)
            }
            let start = count
            let (status, left) = unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_out = UInt32(target.count - start)
                return unsafe (CZlib.inflate(stream, Z_NO_FLUSH), Int(stream.pointee.avail_out))
            }
            count = output.count - left
            switch status {
            case Z_STREAM_END: return count <= limit ? .complete : .tooLong
            case Z_OK where unsafe stream.pointee.avail_in > 0 || left == 0: continue
            case Z_OK: return .truncated
            case Z_BUF_ERROR: return .truncated
            default: return .damaged
            }
        }
    }
}

/// Writes raw deflate.
@safe struct Deflater: ~Copyable, @unchecked Sendable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: 1 (fast) to 9 (small).
    init(level: Int) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let status = unsafe deflateInit2_(
            stream, Int32(min(max(level, 1), 9)), Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY,
            ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib cannot start: out of memory or the wrong version")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Compresses `input` as one stream.
    mutating func deflate(_ input: [UInt8]) -> [UInt8] {
        unsafe deflateReset(stream)
        let bound = unsafe Int(deflateBound(stream, UInt(input.count)))
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            unsafe input.withUnsafeBufferPointer { source in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(source.count)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(target.count)
                let status = unsafe CZlib.deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflateBound was too small")
            }
            unsafe count = bound - Int(stream.pointee.avail_out)
        }
    }
}
