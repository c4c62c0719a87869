/// The head of an Avro object container file:
///
///     "Obj" 1 | metadata: map of bytes (avro.schema, avro.codec) | sync marker: 16 bytes
struct TraceHeader {
    static let magic: [4 of UInt8] = [0x4f, 0x62, 0x6a, 0x01]

    var schema: [UInt8] = []
    var codec = "null"
    var marker = [16 of UInt8](repeating: 0)
    /// Bytes of the whole header.
    var length = 0

    static func isMagic(_ bytes: Span<UInt8>, at start: Int) -> Bool {
        guard bytes.count - start >= 4 else { return false }
        for i in 0..<4 where bytes[start + i] != magic[i] { return false }
        return true
    }

    /// What a failed attempt means.
    private enum Failure: Error {
        case incomplete
        case bad(String)
    }

    /// Reads a header.
    ///
    /// - Parameters:
    ///   - start: where in `bytes` it begins.
    ///   - offset: the same place in the file, for the error.
    /// - Returns: nil if the bytes end before it does.
    static func parse(
        _ bytes: Span<UInt8>, at start: Int, offset: Int
    ) throws(ReadError) -> TraceHeader? {
        do throws(Failure) {
            return try read(bytes, at: start)
        } catch {
            switch error {
            case .incomplete where bytes.count - start <= TraceLimits.headerBytes: return nil
            case .incomplete:
                throw ReadError(
                    kind: .badHeader, offset: offset,
                    detail: "the header is longer than \(TraceLimits.headerBytes) bytes: "
                        + "the file is damaged; get it from its source again")
            case .bad(let detail):
                throw ReadError(
                    kind: .badHeader, offset: offset,
                    detail: "\(detail): the file is damaged; get it from its source again")
            }
        }
    }

    private static func read(
        _ bytes: Span<UInt8>, at start: Int
    ) throws(Failure) -> TraceHeader {
        var header = TraceHeader()
        var cursor = ByteCursor(bytes, at: start + magic.count)
        while true {
            var count = try number(&cursor)
            if count == 0 { break }
            if count < 0 {
                _ = try number(&cursor)
                count = count == .min ? .max : -count
            }
            for _ in 0..<count {
                guard cursor.position - start <= TraceLimits.headerBytes else { throw .incomplete }
                let key = try text(&cursor)
                let value = try text(&cursor)
                switch String(decoding: key, as: UTF8.self) {
                case "avro.schema": header.schema = value
                case "avro.codec": header.codec = String(decoding: value, as: UTF8.self)
                default: break
                }
            }
        }
        guard cursor.remaining >= 16 else { throw .incomplete }
        for i in 0..<16 { header.marker[i] = bytes[cursor.position + i] }
        header.length = cursor.position + 16 - start
        return header
    }

    private static func number(_ cursor: inout ByteCursor) throws(Failure) -> Int64 {
        do throws(Corruption) {
            return try cursor.long()
        } catch {
            throw error == .endOfData ? .incomplete : .bad("the header holds a number too long")
        }
    }

    private static func text(_ cursor: inout ByteCursor) throws(Failure) -> [UInt8] {
        let length = try number(&cursor)
        guard length >= 0, length <= Int64(TraceLimits.headerBytes) else {
            throw .bad("the header holds a length of \(length)")
        }
        guard length <= Int64(cursor.remaining) else { throw .incomplete }
        let bytes = cursor.take(Int(length))
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for i in bytes.indices { copy.append(bytes[i]) }
        return copy
    }
}
