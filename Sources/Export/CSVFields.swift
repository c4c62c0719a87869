internal import Query
internal import SysFlow

/// Prints chosen fields as comma-separated values after RFC 4180, but for its line ends: a line
/// feed alone.
struct CSVFields: Sendable {
    private let attributes: [Attribute]
    private var clock = UTCClock()
    private var cell: [UInt8] = []

    init(_ attributes: [Attribute]) { self.attributes = attributes }

    func appendHeader(to output: inout [UInt8]) {
        output.append(attributes.map(\.name).joined(separator: ",") + "\n")
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, number: Int,
        to line: inout [UInt8]
    ) {
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            cell.removeAll(keepingCapacity: true)
            let value = FieldValue(attribute, of: occurrence, in: tables, number: number)
            cell.appendPlain(value, &clock)
            append(cell, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
    }

    private func append(_ cell: [UInt8], to line: inout [UInt8]) {
        guard cell.contains(where: Self.needsQuotes) else {
            line.append(contentsOf: cell)
            return
        }
        line.append(UInt8(ascii: "\""))
        for byte in cell {
            if byte == UInt8(ascii: "\"") { line.append(byte) }
            line.append(byte)
        }
        line.append(UInt8(ascii: "\""))
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), 0x0a, 0x0d: true
        default: false
        }
    }
}
