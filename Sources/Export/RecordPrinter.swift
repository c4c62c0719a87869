public import Query
public import SysFlow

/// Prints events and flows, joined with what they cite, one after the other into bytes that are
/// taken away from time to time.
public struct RecordPrinter: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        /// Columns for people.
        case table
        /// One JSON object a line, with an object for each group of fields.
        case json
        /// Comma-separated values with a line of names above.
        case csv
        /// One JSON object a line, with whole names as keys, as the public tools' `flatjson`.
        case flat
    }

    /// When there are so many bytes in `output`, it is time to write them.
    public static let chunkBytes = 256 << 10

    /// What was printed and not yet removed.
    public var output: ArraySlice<UInt8> { buffer.contents }
    /// Bytes of `output`.
    public var outputCount: Int { buffer.count }
    private var buffer = OutputBuffer(capacity: Self.chunkBytes + (64 << 10))
    /// A line of the formats that are made field by field.
    private var line: [UInt8] = []
    // One of them is there.
    private var lines: JSONLines?
    private var json: JSONFields?
    private var csv: CSVFields?
    private var table: TableFields?

    /// - Parameters:
    ///   - fields: in their order; nil or none for the format's own.
    ///   - width: of the terminal that a table is for, in characters; nil where it is none.
    public init(_ format: Format, fields: [Attribute]? = nil, width: Int? = nil) {
        let fields = fields.flatMap { $0.isEmpty ? nil : $0 }
        switch format {
        case .flat, .json:
            let isNested = format == .json
            if let fields {
                json = JSONFields(fields, isNested: isNested)
            } else {
                lines = JSONLines(isNested: isNested)
            }
        case .csv:
            csv = CSVFields(fields ?? Self.allFields)
            csv?.appendHeader(to: &line)
        case .table:
            table = TableFields(fields ?? Self.tableFields, width: width)
            table?.appendHeader(to: &line)
        }
        buffer.append(line)
    }

    /// All fields but those that must be asked for.
    public static let allFields = Attribute.catalogue.filter { !$0.isExtra }.map(\.attribute)

    /// A table's columns unless others are asked for.
    public static let tableFields: [Attribute] = [
        .startNanoseconds, .type, .processExecutable, .processArguments, .parentPID, .processPID,
        .processTID, .operations, .resource, .readBytes, .writtenBytes, .containerID,
    ]

    /// Prints an event or flow.
    ///
    /// - Parameters:
    ///   - tables: those that joined it, before they join the next record; always the same ones.
    ///   - number: of the event or flow in its file, from 0.
    public mutating func append(
        _ occurrence: Occurrence, in tables: borrowing EntityTables, number: Int
    ) {
        if lines != nil {
            lines?.append(occurrence, tables, to: &buffer)
            return
        }
        line.removeAll(keepingCapacity: true)
        json?.append(occurrence, tables, number: number, to: &line)
        csv?.append(occurrence, tables, number: number, to: &line)
        table?.append(occurrence, tables, number: number, to: &line)
        buffer.append(line)
    }

    /// Empties `output` once it is written.
    public mutating func removeOutput() { buffer.removeAll() }
}
