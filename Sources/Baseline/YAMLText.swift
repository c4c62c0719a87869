/// YAML scalars and one-line mappings as text.
enum YAMLText {
    /// A scalar that reads back as exactly this text, plain where it cannot be taken for
    /// anything else, in double quotes otherwise.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : quoted(text)
    }

    static func inlineMap(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\(scalar($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
    }

    /// Plain in block and flow context alike, and no number, truth value, null or time to any
    /// reader: it has a letter or slash first, and is none of YAML's words.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "/") else {
            return false
        }
        let isSafe = text.utf8.allSatisfy {
            isLetter($0) || (0x30...0x39).contains($0) || "/._-+=*<>@~%()".utf8.contains($0)
        }
        return isSafe && !words.contains(text.lowercased())
    }

    private static let words: Set<String> = [
        "yes", "no", "true", "false", "on", "off", "null", "y", "n",
    ]

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            // The reader refuses what could be an anchor without looking at quotes.
            case "&": result += "\\x26"
            default:
                if isVisible(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += escaped(scalar.value)
                }
            }
        }
        return result + "\""
    }

    /// The text with what would turn, hide or control a terminal written as an escape.
    static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isVisible(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += escaped(scalar.value)
            }
        }
        return result
    }

    /// Written as itself: neither control characters, nor what YAML forbids, nor marks that
    /// turn or hide text before a reviewer's eyes.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func escaped(_ value: UInt32) -> String {
        let (letter, width) = value <= 0xff ? ("x", 2) : value <= 0xffff ? ("u", 4) : ("U", 8)
        let digits = String(value, radix: 16)
        return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
    }
}
