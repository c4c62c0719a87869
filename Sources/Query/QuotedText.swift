/// Texts between quotes, with backslashes before what would end them.
enum QuotedText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                result += digits.utf8.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    enum Failure: Error, Hashable {
        case unterminated
        /// The offset of the backslash.
        case badEscape(Int)
    }

    /// Reads what stands between the quote at `start` and the next one like it.
    ///
    /// - Returns: the text, and the offset behind the closing quote.
    static func read(
        _ bytes: [UInt8], from start: Int
    ) throws(Failure) -> (text: String, end: Int) {
        let quote = bytes[start]
        var text: [UInt8] = []
        var index = start + 1
        while index < bytes.count, bytes[index] != quote {
            guard bytes[index] == UInt8(ascii: "\\") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { throw .unterminated }
            switch bytes[index + 1] {
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"):
                text.append(bytes[index + 1])
            case UInt8(ascii: "x"):
                guard let byte = hexadecimal(bytes, at: index + 2) else { throw .badEscape(index) }
                text.append(byte)
                index += 2
            default: throw .badEscape(index)
            }
            index += 2
        }
        guard index < bytes.count else { throw .unterminated }
        return (String(decoding: text, as: UTF8.self), index + 1)
    }

    /// Two digits; ASCII only, so that the text stays UTF-8.
    private static func hexadecimal(_ bytes: [UInt8], at index: Int) -> UInt8? {
        guard index + 1 < bytes.count,
            let high = Character(Unicode.Scalar(bytes[index])).hexDigitValue,
            let low = Character(Unicode.Scalar(bytes[index + 1])).hexDigitValue, high < 8
        else { return nil }
        return UInt8(high * 16 + low)
    }
}
