/// Bounds-checked loads of little-endian fields. Each check stands once before its bytes, so
/// that the optimizer makes one load of them.
extension RawSpan {
    @inline(__always)
    func u8(_ offset: Int) -> UInt8 {
        Span<UInt8>(_bytes: self)[offset]
    }

    @inline(__always)
    func u16(_ offset: Int) -> UInt16 {
        let bytes = Span<UInt8>(_bytes: self)
        precondition(offset >= 0 && offset <= bytes.count &- 2, "field outside its record")
        return UInt16(bytes[offset]) | UInt16(bytes[offset &+ 1]) << 8
    }

    @inline(__always)
    func u32(_ offset: Int) -> UInt32 {
        let bytes = Span<UInt8>(_bytes: self)
        precondition(offset >= 0 && offset <= bytes.count &- 4, "field outside its record")
        return UInt32(bytes[offset]) | UInt32(bytes[offset &+ 1]) << 8
            | UInt32(bytes[offset &+ 2]) << 16 | UInt32(bytes[offset &+ 3]) << 24
    }

    @inline(__always)
    func s32(_ offset: Int) -> Int32 { Int32(bitPattern: u32(offset)) }

    @inline(__always)
    func u64(_ offset: Int) -> UInt64 {
        let bytes = Span<UInt8>(_bytes: self)
        precondition(offset >= 0 && offset <= bytes.count &- 8, "field outside its record")
        var value = UInt64(bytes[offset])
        value |= UInt64(bytes[offset &+ 1]) << 8
        value |= UInt64(bytes[offset &+ 2]) << 16
        value |= UInt64(bytes[offset &+ 3]) << 24
        value |= UInt64(bytes[offset &+ 4]) << 32
        value |= UInt64(bytes[offset &+ 5]) << 40
        value |= UInt64(bytes[offset &+ 6]) << 48
        value |= UInt64(bytes[offset &+ 7]) << 56
        return value
    }

    @inline(__always)
    func address(_ offset: Int) -> Address {
        Address(high: u64(offset).byteSwapped, low: u64(offset + 8).byteSwapped)
    }
}
