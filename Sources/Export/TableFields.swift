internal import Query
internal import SysFlow

/// Prints chosen fields as columns for people. The widths are fixed before the first line, so that
/// nothing waits for what comes later.
struct TableFields: Sendable {
    fileprivate struct Column: Sendable {
        let attribute: Attribute
        let isRightAligned: Bool
        let isWide: Bool
        /// Of what is too long the end is kept.
        let keepsEnd: Bool
        var width: Int

        init(_ attribute: Attribute) {
            self.attribute = attribute
            isRightAligned = attribute.isRightAligned
            isWide = attribute.isWide
            keepsEnd = attribute.keepsEnd
            width = attribute.columnWidth
        }
    }

    private static let gap = 2
    fileprivate static let narrowWidth = 8
    fileprivate static let leastWidth = 3

    private var columns: [Column]
    /// Cells are cut to their columns' widths: the lines are for a terminal.
    private let isCut: Bool
    private var clock = UTCClock()
    private var cell: [UInt8] = []

    /// - Parameter width: of the terminal, in characters; nil where it is none: columns then have
    ///   the catalogue's widths, and what is longer is printed whole.
    init(_ attributes: [Attribute], width: Int?) {
        columns = attributes.map(Column.init)
        isCut = width != nil
        if let width { fit(width) }
    }

    func appendHeader(to output: inout [UInt8]) {
        var line: [UInt8] = []
        for (index, column) in columns.enumerated() {
            append(Array(column.attribute.entry.title.utf8), of: index, to: &line)
        }
        end(&line)
        output += line
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, number: Int,
        to output: inout [UInt8]
    ) {
        for (index, column) in columns.enumerated() {
            cell.removeAll(keepingCapacity: true)
            let value = FieldValue(column.attribute, of: occurrence, in: tables, number: number)
            cell.appendPlain(value, &clock)
            append(cell, of: index, to: &output)
        }
        end(&output)
    }

    /// Takes from the widest columns, or gives to those of texts, until the line is as wide as the
    /// terminal or all columns are as narrow as can be.
    private mutating func fit(_ width: Int) {
        let gaps = Self.gap * (columns.count - 1)
        var sum = columns.reduce(gaps) { $0 + $1.width }
        while sum > width,
            let widest = columns.indices.max(by: { columns[$0].shrinks < columns[$1].shrinks }),
            columns[widest].shrinks > 0
        {
            columns[widest].width -= 1
            sum -= 1
        }
        let growing = columns.indices.filter { columns[$0].isWide }
        while !growing.isEmpty, sum < width {
            for index in growing where sum < width {
                columns[index].width += 1
                sum += 1
            }
        }
    }

    // MARK: Cells

    private func append(_ cell: [UInt8], of index: Int, to line: inout [UInt8]) {
        let column = columns[index]
        if index > 0 { line.append("  ") }
        let text = TerminalText(cell)
        let blanks = max(0, column.width - text.width)
        if column.isRightAligned {
            line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
        }
        if isCut, text.width > column.width {
            text.append(
                cutTo: column.width, keepingEnd: column.keepsEnd, to: &line)
        } else {
            line.append(contentsOf: text.bytes)
        }
        if !column.isRightAligned, index < columns.count - 1 {
            line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
        }
    }

    private func end(_ line: inout [UInt8]) {
        while line.last == UInt8(ascii: " ") { line.removeLast() }
        line.append(UInt8(ascii: "\n"))
    }
}

extension TableFields.Column {
    /// Of what comes first when room is short: wide texts until they are narrow, then the widest.
    fileprivate var shrinks: Int {
        if width <= TableFields.leastWidth { return -1 }
        return isWide && width > TableFields.narrowWidth ? width + 1000 : width
    }
}

extension Attribute {
    fileprivate var columnWidth: Int { max(entry.width, entry.title.count) }

    fileprivate var isWide: Bool {
        !isRightAligned && entry.width >= 20 && self != .start && self != .end
    }

    fileprivate var isRightAligned: Bool {
        switch self {
        case .start, .end, .fileOpenFlags: self == .fileOpenFlags
        default: type == .number || type == .time
        }
    }

    /// Whether the end says more than the beginning, as of a path.
    fileprivate var keepsEnd: Bool {
        switch self {
        case .processExecutable, .parentExecutable, .processDirectory, .parentDirectory,
            .filePath, .fileNewPath, .fileName, .fileNewName, .fileDirectory, .fileNewDirectory,
            .resource, .traceFile:
            true
        default: false
        }
    }
}
