extension RawSpan {
    /// The record's own bytes: as many as its header says, at least its fixed part.
    @_lifetime(copy self)
    func record(fixed: Int) throws(DecodeError) -> RawSpan {
        let size = Int(u16(Layout.Header.size))
        guard size >= fixed, size <= byteCount else {
            throw .wrongSize(
                kind: u16(Layout.Header.kind), size: size, fixed: fixed, delivered: byteCount)
        }
        return extracting(0..<size)
    }

    /// The length that stands at `offset`, which may not be over `limit`.
    func length(at offset: Int, limit: Int) throws(DecodeError) -> Int {
        let length = Int(u16(offset))
        guard length <= limit else {
            throw .tooLong(
                kind: u16(Layout.Header.kind), offset: offset, length: length, limit: limit)
        }
        return length
    }

    /// Throws where the record's data would end after the record.
    func requireData(endingAt end: Int) throws(DecodeError) {
        guard end <= byteCount else {
            throw .dataOutside(kind: u16(Layout.Header.kind), end: end, size: byteCount)
        }
    }
}
