/// What makes a datum unreadable. The cause only: the place is the cursor's position.
enum Corruption: Error {
    case endOfData
    case varintTooLong
    case valueTooWide
    case badLength
    case badBoolean
    case badSymbol
    case badBranch
    case stringTooLong
    case listTooLong
    case tooDeep

    var text: String {
        switch self {
        case .endOfData: "the data ends within it"
        case .varintTooLong: "a number has more than 10 bytes"
        case .valueTooWide: "a number does not fit 32 bits"
        case .badLength: "a length is negative or beyond the block's end"
        case .badBoolean: "a boolean is neither 0 nor 1"
        case .badSymbol: "an enum's symbol is not in the schema"
        case .badBranch: "a union's branch is not in the schema"
        case .stringTooLong: "a string is longer than \(TraceLimits.stringBytes) bytes"
        case .listTooLong: "its lists have more than \(TraceLimits.listElements) elements"
        case .tooDeep: "it nests more than \(TraceLimits.nesting) levels"
        }
    }
}

/// Reads Avro's binary encoding. Never reads beyond its bytes.
struct ByteCursor: ~Escapable {
    let bytes: Span<UInt8>
    var position: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var remaining: Int { bytes.count - position }

    /// A zigzag variable-length number: seven bits a byte, the least significant first.
    @inline(__always)
    mutating func long() throws(Corruption) -> Int64 {
        guard position < bytes.count else { throw .endOfData }
        let first = bytes[position]
        if first < 0x80 {
            position += 1
            return Self.unzigzag(UInt64(first))
        }
        return Self.unzigzag(try longVarint())
    }

    private mutating func longVarint() throws(Corruption) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            value |= UInt64(byte & 0x7f) << shift
            index += 1
            if byte < 0x80 {
                position = index
                return value
            }
            shift += 7
            guard shift < 70 else { throw .varintTooLong }
        }
        throw .endOfData
    }

    @inline(__always)
    private static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    @inline(__always)
    mutating func int() throws(Corruption) -> Int64 {
        let value = try long()
        guard value == Int64(Int32(truncatingIfNeeded: value)) else { throw .valueTooWide }
        return value
    }

    @inline(__always)
    mutating func boolean() throws(Corruption) -> Bool {
        guard position < bytes.count else { throw .endOfData }
        let byte = bytes[position]
        guard byte < 2 else { throw .badBoolean }
        position += 1
        return byte == 1
    }

    /// A length that lies within the rest of the data.
    @inline(__always)
    mutating func length() throws(Corruption) -> Int {
        let value = try long()
        guard value >= 0, value <= Int64(remaining) else { throw .badLength }
        return Int(value)
    }

    mutating func skip(_ count: Int) throws(Corruption) {
        guard count <= remaining else { throw .endOfData }
        position += count
    }

    /// The next `count` bytes, which the caller has checked with `length()`.
    @_lifetime(copy self)
    mutating func take(_ count: Int) -> Span<UInt8> {
        let start = position
        position += count
        return bytes.extracting(start..<start + count)
    }

    /// 16 bytes in network order.
    mutating func address() throws(Corruption) -> IPAddress {
        guard remaining >= 16 else { throw .endOfData }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for i in 0..<8 {
            high = high << 8 | UInt64(bytes[position + i])
            low = low << 8 | UInt64(bytes[position + 8 + i])
        }
        position += 16
        return IPAddress(high: high, low: low)
    }

    mutating func fileID() throws(Corruption) -> FileID {
        guard remaining >= 20 else { throw .endOfData }
        var id = [20 of UInt8](repeating: 0)
        for i in 0..<20 { id[i] = bytes[position + i] }
        position += 20
        return FileID(bytes: id)
    }
}
