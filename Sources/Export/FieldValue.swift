internal import Query
internal import SysFlow

/// What is printed of an attribute. Mostly its value; where the public tools print something else
/// than their queries see, this is what they print.
enum FieldValue {
    case missing
    case text(Substring)
    case time(Int64)
    case number(Int64)
    case flag(Bool)
    case list([Scalar])
    case services([Service])

    init(
        _ attribute: Attribute, of occurrence: Occurrence, in tables: borrowing EntityTables,
        number: Int
    ) {
        self =
            switch attribute {
            case .operations: occurrence.operations.map { .text($0.flatText[...]) } ?? .missing
            case .fileOpenFlags:
                occurrence.openFlags.map { .number(Int64($0.rawValue)) } ?? .missing
            case .start: .time(occurrence.time)
            case .end: occurrence.endTime.map { .time($0) } ?? .missing
            case .processEnvironment: Self.environment(of: occurrence.process, in: tables)
            case .parentEnvironment: Self.environment(of: occurrence.parent, in: tables)
            case .podServices:
                occurrence.pod.map { .services(tables.pods.values[Int($0.slot)].services) }
                    ?? .missing
            case .tags: .list([])
            default:
                switch occurrence.value(of: attribute, in: tables, number: number) {
                case .missing: .missing
                case .text(let text): .text(text)
                case .number(let number): .number(number)
                case .flag(let flag): .flag(flag)
                case .list(let elements): .list(elements)
                }
            }
    }

    private static func environment(
        of place: Occurrence.Place?, in tables: borrowing EntityTables
    ) -> FieldValue {
        place.map { .text(tables.processes.values[Int($0.slot)].flatEnvironment[...]) }
            ?? .missing
    }
}

extension Attribute {
    /// Whether it is null in JSON where it is missing; the others are the empty text then. So the
    /// public tools have it.
    var isNullWhenMissing: Bool {
        switch self {
        case .operationBits, .parentCreated, .fileDescriptor, .networkProtocol, .schema, .end:
            false
        default:
            switch type {
            case .number, .time: true
            case .text, .flag, .texts, .numbers: false
            }
        }
    }
}

extension [UInt8] {
    /// A field's value as JSON.
    mutating func appendJSON(
        _ value: FieldValue, of attribute: Attribute, _ clock: inout UTCClock
    ) {
        switch value {
        case .missing: append(attribute.isNullWhenMissing ? "null" : "\"\"")
        case .text(let text): appendJSON(text)
        case .time(let time):
            append(UInt8(ascii: "\""))
            append(contentsOf: clock.text(time))
            append(UInt8(ascii: "\""))
        case .number(let number): appendDecimal(number)
        case .flag(let flag): append(flag ? "true" : "false")
        case .list(let elements):
            append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                switch element {
                case .text(let text): appendJSON(text)
                case .number(let number): appendDecimal(number)
                case .flag(let flag): append(flag ? "true" : "false")
                }
            }
            append(UInt8(ascii: "]"))
        case .services(let services): appendServices(services)
        }
    }

    /// A field's value as it stands in a cell: nothing where it is missing, lists joined by
    /// semicolons.
    mutating func appendPlain(_ value: FieldValue, _ clock: inout UTCClock) {
        switch value {
        case .missing: break
        case .text(let text): append(text)
        case .time(let time): append(contentsOf: clock.text(time))
        case .number(let number): appendDecimal(number)
        case .flag(let flag): append(flag ? "true" : "false")
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                if index > 0 { append(UInt8(ascii: ";")) }
                switch element {
                case .text(let text): append(text)
                case .number(let number): appendDecimal(number)
                case .flag(let flag): append(flag ? "true" : "false")
                }
            }
        case .services(let services): appendServices(services)
        }
    }
}
