/// What is asked of events and flows, as `--where` has it:
///
///     type = FF and file.path startswith /etc and not (proc.name in (cat, "my editor"))
///
/// `Condition(parsing:)` reads it, `description` writes it so that reading gives an equal one, and
/// `holds` answers it.
public indirect enum Condition: Hashable, Sendable {
    /// All hold; two at least.
    case all([Condition])
    /// One holds; two at least.
    case any([Condition])
    case not(Condition)
    /// The attribute has a value that is not an empty text.
    case exists(Attribute)
    case test(Test)

    public enum Comparison: String, CaseIterable, Hashable, Sendable {
        case equal = "="
        /// The negation of `equal`: it holds of what is missing, and of a list without such element.
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        /// Equal to one of the operands.
        case among = "in"
        case contains
        /// The same, of A to Z and a to z regardless of case.
        case containsAnyCase = "icontains"
        case startsWith = "startswith"
        case endsWith = "endswith"
        /// One of the operands is a part of the value.
        case containsOne = "pmatch"

        var takesList: Bool { self == .among || self == .containsOne }
        var needsText: Bool {
            switch self {
            case .contains, .containsAnyCase, .startsWith, .endsWith, .containsOne: true
            default: false
            }
        }
        var needsNumber: Bool {
            switch self {
            case .less, .atMost, .more, .atLeast: true
            default: false
            }
        }
    }

    public enum Operand: Hashable, Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        /// The value of another attribute; of a list, one of its elements.
        case attribute(Attribute)
    }

    /// An attribute compared. Of a list it holds if it holds of one of the elements.
    public struct Test: Hashable, Sendable {
        public var attribute: Attribute
        public var comparison: Comparison
        /// One, or for `in` and `pmatch` one at least; of the attribute's type.
        public var operands: [Operand]
        public init(_ attribute: Attribute, _ comparison: Comparison, _ operands: [Operand]) {
            self.attribute = attribute
            self.comparison = comparison
            self.operands = operands
        }
    }
}

/// What is accepted from an expression's text.
public enum QueryLimits {
    /// Bytes of the text. Beyond: an error.
    public static let textBytes = 1 << 16
    /// Levels of parentheses and `not`. Beyond: an error.
    public static let nesting = 64
}

/// Why a text is no expression or no list of fields.
public struct ConditionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The character at fault, from 1.
    public var column: Int
    /// What was found there, and the remedy.
    public var detail: String
    public var description: String { "column \(column): \(detail)" }
}

// MARK: As text

extension Condition: CustomStringConvertible {
    public var description: String {
        switch self {
        case .all(let parts):
            parts.map { $0.isCompound ? "(\($0))" : "\($0)" }.joined(separator: " and ")
        case .any(let parts):
            parts.map { if case .any = $0 { "(\($0))" } else { "\($0)" } }
                .joined(separator: " or ")
        case .not(let part): part.isCompound ? "not (\(part))" : "not \(part)"
        case .exists(let attribute): "exists \(attribute.name)"
        case .test(let test): "\(test)"
        }
    }

    private var isCompound: Bool {
        switch self {
        case .all, .any: true
        case .not, .exists, .test: false
        }
    }
}

extension Condition.Test: CustomStringConvertible {
    public var description: String {
        let operands = operands.map(\.description).joined(separator: ", ")
        return "\(attribute.name) \(comparison.rawValue) "
            + (comparison.takesList ? "(\(operands))" : operands)
    }
}

extension Condition.Operand: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let text): QuotedText.quoted(text)
        case .number(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        // Without a dot it would be read as text.
        case .attribute(let attribute):
            attribute.name.utf8.contains(UInt8(ascii: "."))
                ? attribute.name : "sf." + attribute.name
        }
    }
}

// MARK: What can never hold

extension Condition {
    /// Comparisons that can never be true, as the attribute has no such value: a sentence each.
    public var impossibilities: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.impossibilities)
        case .not(let part): part.impossibilities
        case .exists: []
        case .test(let test): test.impossibilities
        }
    }
}

extension Condition.Test {
    fileprivate var impossibilities: [String] {
        guard let symbols = attribute.symbols, [.equal, .unequal, .among].contains(comparison)
        else { return [] }
        return operands.compactMap { operand in
            guard case .text(let text) = operand, !symbols.contains(text) else { return nil }
            return "\(attribute.name) is never \(QuotedText.quoted(text)); it is one of "
                + symbols.joined(separator: ", ")
        }
    }
}
