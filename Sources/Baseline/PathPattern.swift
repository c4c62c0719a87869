/// A pattern over the bytes of a path, the one language of profiles.
///
/// | written | matches |
/// |---|---|
/// | any other character | itself, as UTF-8 |
/// | `\c` | the character `c`, whatever it means otherwise |
/// | `\xHH` | the byte HH |
/// | `<int>` | one or more of `0-9` |
/// | `<hex>` | one or more of `0-9a-fA-F` |
/// | `<base32>` | one or more of `0-9a-z` |
/// | `<uuid>` | 8-4-4-4-12 hexadecimal digits |
/// | `*` | one or more bytes other than `/` |
/// | `**` | one or more bytes of any kind |
public struct PathPattern: Hashable, Sendable {
    public enum Element: Hashable, Sendable {
        case byte(UInt8)
        case int
        case hex
        case base32
        case uuid
        case segment
        case anyDepth
    }

    public var elements: [Element]

    public init(elements: [Element]) { self.elements = elements }

    /// A pattern that matches exactly these bytes.
    public init(literal bytes: some Sequence<UInt8>) { elements = bytes.map(Element.byte) }

    public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
        /// Bytes into the pattern's text.
        public var offset: Int
        public var description: String
    }

    /// Reads the written form.
    public init(parsing text: String) throws(SyntaxError) {
        let source = Array(text.utf8)
        var elements: [Element] = []
        var i = 0
        while i < source.count {
            switch source[i] {
            case UInt8(ascii: "\\"):
                guard i + 1 < source.count else {
                    throw SyntaxError(
                        offset: i, description: "a backslash ends the pattern; write \\\\ for one")
                }
                if source[i + 1] == UInt8(ascii: "x") {
                    guard i + 3 < source.count, let high = Self.digit(source[i + 2]),
                        let low = Self.digit(source[i + 3])
                    else {
                        throw SyntaxError(
                            offset: i, description: "\\x needs two hexadecimal digits")
                    }
                    elements.append(.byte(high << 4 | low))
                    i += 4
                } else {
                    elements.append(.byte(source[i + 1]))
                    i += 2
                }
            case UInt8(ascii: "*"):
                if i + 1 < source.count, source[i + 1] == UInt8(ascii: "*") {
                    elements.append(.anyDepth)
                    i += 2
                } else {
                    elements.append(.segment)
                    i += 1
                }
            case UInt8(ascii: "<"):
                guard let end = source[i...].firstIndex(of: UInt8(ascii: ">")) else {
                    throw SyntaxError(
                        offset: i, description: "`<` opens a wildcard; write \\< for the character")
                }
                switch String(decoding: source[(i + 1)..<end], as: UTF8.self) {
                case "int": elements.append(.int)
                case "hex": elements.append(.hex)
                case "base32": elements.append(.base32)
                case "uuid": elements.append(.uuid)
                case let other:
                    throw SyntaxError(
                        offset: i,
                        description:
                            "unknown wildcard <\(other)>; there are <int>, <hex>, <base32>, <uuid>"
                    )
                }
                i = end + 1
            default:
                elements.append(.byte(source[i]))
                i += 1
            }
        }
        self.elements = elements
    }

    /// The written form; reading it gives the same pattern back.
    public var text: String {
        var bytes: [UInt8] = []
        // Bytes that are not valid UTF-8 where they stand are written as \xHH.
        var run: [UInt8] = []
        func flush(_ bytes: inout [UInt8], _ run: inout [UInt8]) {
            if let valid = String(validating: run, as: UTF8.self), !valid.isEmpty {
                for byte in valid.utf8 {
                    if byte < 0x20 || byte == 0x7f {
                        bytes += Self.escaped(byte)
                    } else {
                        if "\\*<".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
                        bytes.append(byte)
                    }
                }
            } else {
                for byte in run {
                    if byte < 0x20 || byte >= 0x7f {
                        bytes += Self.escaped(byte)
                    } else {
                        if "\\*<".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
                        bytes.append(byte)
                    }
                }
            }
            run.removeAll()
        }
        for element in elements {
            if case .byte(let byte) = element {
                run.append(byte)
                continue
            }
            flush(&bytes, &run)
            switch element {
            case .byte: break
            case .int: bytes += Array("<int>".utf8)
            case .hex: bytes += Array("<hex>".utf8)
            case .base32: bytes += Array("<base32>".utf8)
            case .uuid: bytes += Array("<uuid>".utf8)
            case .segment: bytes.append(UInt8(ascii: "*"))
            case .anyDepth: bytes += Array("**".utf8)
            }
        }
        flush(&bytes, &run)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [
            UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)],
        ]
    }
}
