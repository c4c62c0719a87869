// JSON and numbers as bytes, without strings in between.

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// A JSON string with its quotes.
    mutating func appendJSON(_ text: Substring) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    mutating func appendJSON(_ text: String) { appendJSON(text[...]) }

    mutating func appendEscaped(_ text: Substring) {
        let bytes = text.utf8.span
        var plain = true
        for i in bytes.indices where Self.needsEscape(bytes[i]) {
            plain = false
            break
        }
        if plain {
            append(contentsOf: text.utf8)
            return
        }
        for byte in text.utf8 {
            guard Self.needsEscape(byte) else {
                append(byte)
                continue
            }
            append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
            case 0x0a: append(UInt8(ascii: "n"))
            case 0x0d: append(UInt8(ascii: "r"))
            case 0x09: append(UInt8(ascii: "t"))
            default:
                append("u00")
                append(Self.hexadecimal(byte >> 4))
                append(Self.hexadecimal(byte & 15))
            }
        }
    }

    mutating func appendDecimal(_ value: Int64) {
        append(contentsOf: String(value).utf8)
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? 0x30 + digit : 0x57 + digit
    }
}
