internal import Query
internal import SysFlow

/// Prints chosen fields of events and flows as JSON objects, one a line.
struct JSONFields: Sendable {
    private let layout: JSONLayout
    private var clock = UTCClock()

    init(_ attributes: [Attribute], isNested: Bool) {
        layout = JSONLayout(attributes, isNested: isNested)
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, number: Int,
        to line: inout [UInt8]
    ) {
        for index in layout.attributes.indices {
            let attribute = layout.attributes[index]
            line.append(contentsOf: layout.before[index])
            let value = FieldValue(attribute, of: occurrence, in: tables, number: number)
            line.appendJSON(value, of: attribute, &clock)
        }
        line.append(contentsOf: layout.end)
    }
}
