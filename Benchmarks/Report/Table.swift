/// A Markdown table that is also aligned for people who read it as text.
struct Table {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    /// The first column is text, the others are figures.
    var text: String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            "| "
                + columns.map { column in
                    let space = String(repeating: " ", count: widths[column] - row[column].count)
                    return column == 0 ? row[column] + space : space + row[column]
                }.joined(separator: " | ") + " |"
        }
        let rule =
            "|"
            + columns.map { column in
                String(repeating: "-", count: widths[column] + (column == 0 ? 2 : 1))
                    + (column == 0 ? "" : ":")
            }.joined(separator: "|") + "|"
        return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
    }
}

/// `digits` after the point.
func text(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((value * scale).rounded())
    guard digits > 0 else { return grouped(whole) }
    let sign = whole < 0 ? "-" : ""
    let part = String(whole.magnitude % UInt(scale))
    let zeros = String(repeating: "0", count: digits - part.count)
    return sign + grouped(Int(whole.magnitude / UInt(scale))) + "." + zeros + part
}

/// 1234567 as `1,234,567`.
func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
}
