/// A piece of an expression's text.
struct Token: Hashable {
    enum Kind: Hashable {
        /// Anything without blanks, quotes, parentheses, commas and signs of comparison.
        case word(String)
        case quoted(String)
        case comparison(Condition.Comparison)
        case open, close, comma, end
    }

    var kind: Kind
    /// In the text's bytes.
    var start: Int

    /// As it is named in an error.
    var found: String {
        switch kind {
        case .word(let text): Self.shortened(QuotedText.quoted(text))
        case .quoted(let text): "the text " + Self.shortened(QuotedText.quoted(text))
        case .comparison(let comparison): "\"\(comparison.rawValue)\""
        case .open: "\"(\""
        case .close: "\")\""
        case .comma: "\",\""
        case .end: "the end"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count <= 40 ? text : "\(text.prefix(37))...\""
    }
}

/// Cuts an expression's text into tokens.
struct Tokenizer {
    let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func next() throws(ConditionError) -> Token {
        while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
        guard position < bytes.count else { return Token(kind: .end, start: bytes.count) }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "("): return sign(.open, 1)
        case UInt8(ascii: ")"): return sign(.close, 1)
        case UInt8(ascii: ","): return sign(.comma, 1)
        case UInt8(ascii: "="): return sign(.comparison(.equal), isFollowedByEqual ? 2 : 1)
        case UInt8(ascii: "!") where isFollowedByEqual: return sign(.comparison(.unequal), 2)
        case UInt8(ascii: "<"):
            return isFollowedByEqual
                ? sign(.comparison(.atMost), 2) : sign(.comparison(.less), 1)
        case UInt8(ascii: ">"):
            return isFollowedByEqual
                ? sign(.comparison(.atLeast), 2) : sign(.comparison(.more), 1)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try quoted()
        default: break
        }
        while position < bytes.count, !endsWord(bytes[position]) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        return Token(kind: .word(word), start: start)
    }

    /// The character at a byte of the text, from 1.
    func column(of offset: Int) -> Int {
        String(decoding: bytes[..<offset], as: UTF8.self).count + 1
    }

    private var isFollowedByEqual: Bool {
        position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "=")
    }

    private mutating func sign(_ kind: Token.Kind, _ length: Int) -> Token {
        defer { position += length }
        return Token(kind: kind, start: position)
    }

    private mutating func quoted() throws(ConditionError) -> Token {
        let start = position
        do throws(QuotedText.Failure) {
            let (text, end) = try QuotedText.read(bytes, from: start)
            position = end
            return Token(kind: .quoted(text), start: start)
        } catch {
            switch error {
            case .unterminated:
                throw ConditionError(
                    column: column(of: start),
                    detail: "the quote that begins here is not closed; close it, or write \\ "
                        + "before quotes within the text")
            case .badEscape(let offset):
                throw ConditionError(
                    column: column(of: offset),
                    detail: "a backslash stands before what needs none; known are \\\\ \\\" \\' "
                        + "\\n \\t and \\x with two digits up to 7f; write \\\\ for a backslash")
            }
        }
    }

    private func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "="),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"):
            true
        case UInt8(ascii: "!"): isFollowedByEqual
        default: Self.isBlank(byte)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte >= 0x09 && byte <= 0x0d
    }
}
