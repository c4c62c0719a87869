public import SysFlow

/// One value, or one of several.
public enum Scalar: Hashable, Sendable {
    case text(Substring)
    case number(Int64)
    case flag(Bool)
}

/// What an attribute is for one event or flow.
public enum Value: Hashable, Sendable {
    /// The attribute has no meaning for it, or what it cites is not known.
    case missing
    case text(Substring)
    case number(Int64)
    case flag(Bool)
    case list([Scalar])
}

extension Occurrence {
    /// The value of an attribute.
    ///
    /// - Parameters:
    ///   - tables: those that joined it, before they join the next record.
    ///   - number: of the event or flow in its file, from 0.
    public func value(of attribute: Attribute, in tables: borrowing EntityTables, number: Int)
        -> Value
    {
        switch attribute.type {
        case .texts, .numbers:
            var elements: [Scalar] = []
            let isThere = any(attribute, tables, number) {
                elements.append($0)
                return false
            }
            return isThere == nil ? .missing : .list(elements)
        case .text, .number, .flag, .time:
            var value = Value.missing
            _ = any(attribute, tables, number) { scalar in
                switch scalar {
                case .text(let text): value = .text(text)
                case .number(let number): value = .number(number)
                case .flag(let flag): value = .flag(flag)
                }
                return true
            }
            return value
        }
    }
}
