// JSON and numbers as bytes, without strings in between.

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// A JSON string with its quotes.
    mutating func appendJSON(_ text: some StringProtocol) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    mutating func appendEscaped(_ text: some StringProtocol) {
        var plain = true
        for byte in text.utf8 where Self.needsEscape(byte) {
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
        append(addingCapacity: 20) { $0.appendDecimal(value) }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? 0x30 + digit : 0x57 + digit
    }
}

extension OutputSpan<UInt8> {
    /// A number in decimal; 20 bytes at most.
    mutating func appendDecimal(_ value: Int64) {
        var rest = value.magnitude
        if value < 0 { append(UInt8(ascii: "-")) }
        if rest < 10 {
            append(0x30 + UInt8(truncatingIfNeeded: rest))
            return
        }
        // Filled from its end.
        var digits = [20 of UInt8](repeating: 0)
        var start = 20
        while rest >= 100 {
            let pair = UInt8(truncatingIfNeeded: rest % 100)
            rest /= 100
            start -= 2
            digits[start] = 0x30 + pair / 10
            digits[start + 1] = 0x30 + pair % 10
        }
        let pair = UInt8(truncatingIfNeeded: rest)
        start -= 1
        digits[start] = 0x30 + pair % 10
        if pair >= 10 {
            start -= 1
            digits[start] = 0x30 + pair / 10
        }
        for i in start..<20 { append(digits[i]) }
    }

    mutating func append(_ bytes: [UInt8]) {
        for i in bytes.indices { append(bytes[i]) }
    }
}
