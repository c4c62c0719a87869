public import SysFlow

extension Condition {
    /// Whether it holds of an event or flow. What is missing is equal to nothing and less than
    /// nothing.
    ///
    /// - Parameters:
    ///   - tables: those that joined it, before they join the next record.
    ///   - number: of the event or flow in its file, from 0; `idx` in expressions.
    public func holds(
        of occurrence: Occurrence, in tables: borrowing EntityTables, number: Int
    ) -> Bool {
        switch self {
        case .all(let parts):
            for part in parts where !part.holds(of: occurrence, in: tables, number: number) {
                return false
            }
            return true
        case .any(let parts):
            for part in parts where part.holds(of: occurrence, in: tables, number: number) {
                return true
            }
            return false
        case .not(let part): return !part.holds(of: occurrence, in: tables, number: number)
        case .exists(let attribute):
            let finding = occurrence.any(attribute, tables, number) { scalar in
                if case .text(let text) = scalar { !text.isEmpty } else { true }
            }
            return finding ?? false
        case .test(let test): return test.holds(of: occurrence, in: tables, number: number)
        }
    }
}

extension Condition.Test {
    fileprivate func holds(
        of occurrence: Occurrence, in tables: borrowing EntityTables, number: Int
    ) -> Bool {
        let finding = occurrence.any(attribute, tables, number) { scalar in
            for operand in operands {
                if case .attribute(let other) = operand {
                    let agrees = occurrence.any(other, tables, number) { holds(scalar, $0) }
                    if agrees ?? false { return true }
                } else if holds(scalar, operand) {
                    return true
                }
            }
            return false
        }
        let found = finding ?? false
        return comparison == .unequal ? !found : found
    }

    private func holds(_ scalar: Scalar, _ operand: Condition.Operand) -> Bool {
        switch (scalar, operand) {
        case (.text(let value), .text(let text)): holds(value.utf8.span, text.utf8.span)
        case (.number(let value), .number(let number)): holds(value, number)
        case (.flag(let value), .flag(let flag)): value == flag
        default: false
        }
    }

    private func holds(_ scalar: Scalar, _ other: Scalar) -> Bool {
        switch (scalar, other) {
        case (.text(let value), .text(let text)): holds(value.utf8.span, text.utf8.span)
        case (.number(let value), .number(let number)): holds(value, number)
        case (.flag(let value), .flag(let flag)): value == flag
        default: false
        }
    }

    private func holds(_ value: Int64, _ number: Int64) -> Bool {
        switch comparison {
        case .less: value < number
        case .atMost: value <= number
        case .more: value > number
        case .atLeast: value >= number
        default: value == number
        }
    }

    private func holds(_ value: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
        switch comparison {
        case .contains, .containsOne: ByteSearch.contains(value, text)
        case .containsAnyCase: ByteSearch.containsAnyCase(value, text)
        case .startsWith:
            value.count >= text.count && ByteSearch.isPart(text, of: value, at: 0)
        case .endsWith:
            value.count >= text.count
                && ByteSearch.isPart(text, of: value, at: value.count - text.count)
        default: value.count == text.count && ByteSearch.isPart(text, of: value, at: 0)
        }
    }
}

/// Texts are compared byte by byte: paths are bytes, and so are what expressions ask of them.
enum ByteSearch {
    /// Whether `text` stands at `start`, where there is room for it.
    static func isPart(_ text: Span<UInt8>, of value: Span<UInt8>, at start: Int) -> Bool {
        for i in text.indices where value[start + i] != text[i] { return false }
        return true
    }

    static func contains(_ value: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
        guard text.count > 0 else { return true }
        guard value.count >= text.count else { return false }
        let first = text[0]
        for start in 0...(value.count - text.count) where value[start] == first {
            if isPart(text, of: value, at: start) { return true }
        }
        return false
    }

    static func containsAnyCase(_ value: Span<UInt8>, _ text: Span<UInt8>) -> Bool {
        guard value.count >= text.count else { return false }
        for start in 0...(value.count - text.count) {
            var isEqual = true
            for i in text.indices where folded(value[start + i]) != folded(text[i]) {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
}
