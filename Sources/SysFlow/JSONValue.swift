/// The part of JSON that an Avro schema consists of. Object members keep their order; a number
/// that is not an integer is held as nil, since no schema needs its value.
enum JSONValue {
    case null
    case boolean(Bool)
    case number(Int64?)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// What is wrong with a schema and, where it is a matter of syntax, at which byte of its text.
struct SchemaError: Error {
    var detail: String
    init(_ detail: String) { self.detail = detail }
}

/// A recursive descent parser whose depth is bounded by `TraceLimits.nesting`.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0

    static func parse(_ bytes: [UInt8]) throws(SchemaError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        let value = try parser.value(depth: 0)
        parser.skipBlanks()
        guard parser.position == bytes.count else { throw parser.error("text after the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func error(_ what: String) -> SchemaError {
        SchemaError("\(what) at byte \(position) of the schema")
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || (0x09...0x0d).contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        skipBlanks()
        guard let byte = current, byte == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(SchemaError) -> JSONValue {
        guard depth < TraceLimits.nesting else {
            throw error("more than \(TraceLimits.nesting) levels of nesting")
        }
        if take("{") { return try object(depth: depth) }
        if take("[") { return try array(depth: depth) }
        if take("\"") { return .string(try string()) }
        return try scalar()
    }

    private mutating func object(depth: Int) throws(SchemaError) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = []
        if take("}") { return .object(members) }
        repeat {
            guard take("\"") else { throw error("a member's name is missing") }
            let key = try string()
            guard take(":") else { throw error("':' is missing") }
            members.append((key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw error("'}' is missing") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(SchemaError) -> JSONValue {
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw error("']' is missing") }
        return .array(elements)
    }

    private mutating func string() throws(SchemaError) -> String {
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            default: text.append(byte)
            }
        }
        throw error("a string has no end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(SchemaError) {
        guard let byte = current else { throw error("a string has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try codeUnit())
        default: throw error("an unknown escape")
        }
    }

    /// Half of a surrogate pair becomes U+FFFD: names in schemas are ASCII.
    private mutating func codeUnit() throws(SchemaError) -> String.UTF8View {
        guard bytes.count - position >= 4,
            let value = UInt32(
                String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("\\u needs four hexadecimal digits") }
        position += 4
        return String(Character(Unicode.Scalar(value) ?? "\u{fffd}")).utf8
    }

    private mutating func scalar() throws(SchemaError) -> JSONValue {
        let start = position
        while let byte = current, Self.isWord(byte) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "null": return .null
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default:
            guard let first = word.utf8.first, first == 0x2d || (0x30...0x39).contains(first)
            else { throw error("a value is missing") }
            return .number(Int64(word))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
