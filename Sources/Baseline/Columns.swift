/// Rows of text as lines with aligned columns, two blanks between them.
package enum Columns {
    /// Beyond this width a cell pushes the rest of its own row only.
    private static let widest = 64

    package static func aligned(_ cells: [[String]]) -> [String] {
        // Names and paths come from outside: nothing in them may reach the terminal raw.
        let rows = cells.map { $0.map(YAMLText.visible) }
        var widths: [Int] = []
        for row in rows {
            for (i, cell) in row.enumerated() {
                if i == widths.count { widths.append(0) }
                if cell.count <= widest { widths[i] = max(widths[i], cell.count) }
            }
        }
        return rows.map { row in
            var line = ""
            for (i, cell) in row.enumerated() where widths[i] > 0 || !cell.isEmpty {
                line += cell
                if i < row.count - 1 {
                    line += String(repeating: " ", count: max(0, widths[i] - cell.count) + 2)
                }
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
