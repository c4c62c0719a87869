extension Condition {
    /// Reads an expression:
    ///
    ///     any    = all { "or" all }
    ///     all    = term { "and" term }
    ///     term   = "not" term | "(" any ")" | "exists" NAME | NAME "exists"
    ///            | NAME COMPARISON value | NAME ("in" | "pmatch") "(" value { "," value } ")"
    ///     value  = WORD | "text" | 'text' | NAME
    ///
    /// Names are those of `Attribute.catalogue`. A value without quotes is the value of another
    /// attribute where it is its name with a dot in it; `sf.` before a name says that it is one.
    ///
    /// - Throws: `ConditionError`: the place, what was found, and the remedy.
    public init(parsing text: String) throws(ConditionError) {
        guard text.utf8.count <= QueryLimits.textBytes else {
            throw ConditionError(
                column: 1,
                detail: "the expression has \(text.utf8.count) bytes; \(QueryLimits.textBytes) "
                    + "are the most")
        }
        var parser = try ConditionParser(text)
        self = try parser.whole()
    }
}

struct ConditionParser {
    private var tokenizer: Tokenizer
    private var token: Token
    private var depth = 0

    init(_ text: String) throws(ConditionError) {
        tokenizer = Tokenizer(text)
        token = try tokenizer.next()
    }

    mutating func whole() throws(ConditionError) -> Condition {
        let expression = try disjunction()
        switch token.kind {
        case .end: return expression
        case .close: throw error("\")\" closes nothing; remove it")
        default:
            throw error(
                "\(token.found) stands where \"and\", \"or\" or the end was expected; put quotes "
                    + "around a text with blanks in it")
        }
    }

    private mutating func disjunction() throws(ConditionError) -> Condition {
        var parts = [try conjunction()]
        while isWord("or") {
            try advance()
            parts.append(try conjunction())
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(ConditionError) -> Condition {
        var parts = [try term()]
        while isWord("and") {
            try advance()
            parts.append(try term())
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func term() throws(ConditionError) -> Condition {
        guard depth < QueryLimits.nesting else {
            throw error("parentheses and \"not\" nest more than \(QueryLimits.nesting) levels")
        }
        depth += 1
        defer { depth -= 1 }
        if isWord("not") {
            try advance()
            return .not(try term())
        }
        if isWord("exists") {
            try advance()
            return .exists(try attribute())
        }
        guard case .open = token.kind else { return try comparison() }
        let opening = token
        try advance()
        let inner = try disjunction()
        guard case .close = token.kind else {
            if case .end = token.kind {
                throw error("the \"(\" is never closed; write \")\"", at: opening)
            }
            throw error("\(token.found) stands where \"and\", \"or\" or \")\" was expected")
        }
        try advance()
        return inner
    }

    private mutating func comparison() throws(ConditionError) -> Condition {
        let attribute = try attribute()
        if isWord("exists") {
            try advance()
            return .exists(attribute)
        }
        let place = token
        guard let comparison = comparisonHere else {
            throw error(
                "\(token.found) stands where a comparison of \(attribute.name) was expected; write "
                    + "one of "
                    + Condition.Comparison.allCases.map(\.rawValue)
                    .joined(separator: " ") + " exists")
        }
        try check(comparison, of: attribute, at: place)
        try advance()
        var operands: [Condition.Operand] = []
        if comparison.takesList {
            operands = try list(comparison, of: attribute)
        } else {
            operands.append(try operand(of: attribute))
        }
        return .test(Condition.Test(attribute, comparison, operands))
    }

    private var comparisonHere: Condition.Comparison? {
        switch token.kind {
        case .comparison(let comparison): comparison
        case .word(let word): Condition.Comparison(rawValue: word)
        default: nil
        }
    }

    private func check(
        _ comparison: Condition.Comparison, of attribute: Attribute, at place: Token
    ) throws(ConditionError) {
        let type = attribute.type
        if comparison.needsText, !type.isText {
            throw error(
                "\"\(comparison.rawValue)\" is for texts, and \(attribute.name) is "
                    + "\(type.indefinite); compare it with = or in", at: place)
        }
        if comparison.needsNumber, !type.isNumeric {
            throw error(
                "\"\(comparison.rawValue)\" is for numbers, and \(attribute.name) is "
                    + "\(type.indefinite); compare it with = or in", at: place)
        }
    }

    private mutating func list(
        _ comparison: Condition.Comparison, of attribute: Attribute
    ) throws(ConditionError) -> [Condition.Operand] {
        guard case .open = token.kind else {
            throw error(
                "\(token.found) stands where the list of \"\(comparison.rawValue)\" was expected; "
                    + "write \(comparison.rawValue) (a, b)")
        }
        let opening = token
        try advance()
        var operands = [try operand(of: attribute)]
        while case .comma = token.kind {
            try advance()
            operands.append(try operand(of: attribute))
        }
        guard case .close = token.kind else {
            if case .end = token.kind {
                throw error("the \"(\" is never closed; write \")\"", at: opening)
            }
            throw error("\(token.found) stands where \",\" or \")\" was expected")
        }
        try advance()
        return operands
    }

    private mutating func attribute() throws(ConditionError) -> Attribute {
        guard case .word(let word) = token.kind, !Self.isReserved(word) else {
            throw error("\(token.found) stands where an attribute was expected, as proc.exe")
        }
        guard let attribute = Attribute(name: word) else { throw unknown(word) }
        try advance()
        return attribute
    }

    private mutating func operand(
        of attribute: Attribute
    ) throws(ConditionError) -> Condition.Operand {
        let operand: Condition.Operand
        switch token.kind {
        case .quoted(let text):
            operand = try constant(text, of: attribute)
        case .word(let word):
            guard !Self.isReserved(word) else {
                throw error(
                    "\(token.found) stands where a value was expected; put quotes around it")
            }
            if let reference = try reference(word, of: attribute) {
                operand = reference
            } else {
                operand = try constant(word, of: attribute)
            }
        default:
            throw error(
                "\(token.found) stands where a value to compare \(attribute.name) with was "
                    + "expected; put quotes around it if it is meant")
        }
        try advance()
        return operand
    }

    /// A word that names another attribute.
    private func reference(
        _ word: String, of attribute: Attribute
    ) throws(ConditionError) -> Condition.Operand? {
        let isPrefixed = word.hasPrefix("sf.")
        guard let other = Attribute(name: word) else {
            if isPrefixed { throw unknown(word) }
            return nil
        }
        let (own, its) = (attribute.type, other.type)
        guard isPrefixed || !own.isText || word.utf8.contains(UInt8(ascii: ".")) else {
            return nil
        }
        guard own.isText == its.isText, own.isNumeric == its.isNumeric else {
            throw error(
                "\(attribute.name) is \(own.indefinite) and \(other.name) \(its.indefinite), so "
                    + "they cannot be compared; put quotes around it if the text is meant")
        }
        return .attribute(other)
    }

    private func constant(
        _ text: String, of attribute: Attribute
    ) throws(ConditionError) -> Condition.Operand {
        switch attribute.type {
        case .text, .texts: return .text(text)
        case .number, .numbers:
            if let number = Int64(text) { return .number(number) }
            if attribute == .networkProtocol, let number = Protocols.number(of: text) {
                return .number(number)
            }
            throw error("\(attribute.name) is a number, and \(token.found) is none")
        case .flag:
            switch text.lowercased() {
            case "true": return .flag(true)
            case "false": return .flag(false)
            default:
                throw error("\(attribute.name) is true or false, and \(token.found) is neither")
            }
        case .time:
            if let time = Int64(text) ?? Date.nanoseconds(text) { return .number(time) }
            throw error(
                "\(attribute.name) is a time, and \(token.found) is none; write a date in UTC as "
                    + "2024-05-31T23:59:58.5, or nanoseconds since the epoch")
        }
    }

    // MARK: Tokens

    private mutating func advance() throws(ConditionError) { token = try tokenizer.next() }

    private func isWord(_ text: String) -> Bool {
        if case .word(let word) = token.kind { word == text } else { false }
    }

    private static func isReserved(_ word: String) -> Bool {
        switch word {
        case "and", "or", "not", "exists": true
        default: Condition.Comparison(rawValue: word) != nil
        }
    }

    // MARK: Errors

    private func error(_ detail: String, at place: Token? = nil) -> ConditionError {
        ConditionError(column: tokenizer.column(of: (place ?? token).start), detail: detail)
    }

    private func unknown(_ word: String) -> ConditionError {
        let nearest = Attribute.nearest(to: word).map { "; did you mean \($0.name)?" }
        return error("\(token.found) is no attribute" + (nearest ?? "; --list-fields lists them"))
    }
}

extension Attribute.ValueType {
    var isText: Bool { self == .text || self == .texts }
    var isNumeric: Bool { self == .number || self == .numbers || self == .time }

    /// With its article.
    var indefinite: String {
        switch self {
        case .text: "a text"
        case .number: "a number"
        case .flag: "true or false"
        case .time: "a time"
        case .texts: "a list of texts"
        case .numbers: "a list of numbers"
        }
    }
}
