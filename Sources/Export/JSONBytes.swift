// JSON and numbers as bytes, without strings in between.

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    mutating func append(_ text: Substring) {
        let bytes = text.utf8.span
        append(addingCapacity: bytes.count) { output in
            for i in bytes.indices { output.append(bytes[i]) }
        }
    }

    /// A JSON string with its quotes.
    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text.utf8.span)
        append(UInt8(ascii: "\""))
    }

    mutating func appendJSON(_ text: Substring) {
        append(UInt8(ascii: "\""))
        appendEscaped(text.utf8.span)
        append(UInt8(ascii: "\""))
    }

    mutating func appendEscaped(_ text: String) { appendEscaped(text.utf8.span) }

    private mutating func appendEscaped(_ text: Span<UInt8>) {
        var special = 0
        for i in text.indices where Self.needsEscape(text[i]) { special += 1 }
        append(addingCapacity: text.count + 5 * special) { output in
            for i in text.indices {
                let byte = text[i]
                guard special > 0, Self.needsEscape(byte) else {
                    output.append(byte)
                    continue
                }
                Self.escape(byte, to: &output)
            }
        }
    }

    /// Six bytes at most.
    private static func escape(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x0a: output.append(UInt8(ascii: "n"))
        case 0x0d: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        default:
            output.append(UInt8(ascii: "u"))
            output.append(UInt8(ascii: "0"))
            output.append(UInt8(ascii: "0"))
            output.append(hexadecimal(byte >> 4))
            output.append(hexadecimal(byte & 15))
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
