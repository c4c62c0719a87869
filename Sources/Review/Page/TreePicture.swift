import Baseline

/// Who starts whom, as a picture: a row for each program, below the one that starts it.
struct TreePicture {
    /// Rows that are drawn.
    static let limit = 200
    /// Columns of depth that are told apart.
    private static let deepest = 16
    /// Characters of a name, of which the end matters most.
    private static let longest = 56
    private static let rowHeight = 34
    private static let step = 28
    /// Of one character of the names' fixed-width type.
    private static let character = 7.9

    let review: ProfileReview

    private struct Row {
        var entry: ProcessTree.Entry
        /// The row of what starts it.
        var parent: Int?
        var notes: String
        var x: Int { min(entry.depth, TreePicture.deepest) * TreePicture.step + 4 }
        var label: String {
            let name = entry.name
            return name.count <= TreePicture.longest
                ? name : "…" + name.suffix(TreePicture.longest - 1)
        }
        var width: Double { Double(label.count) * TreePicture.character + 18 }
    }

    var html: HTML {
        let rows = rows
        let height = max(1, rows.count) * Self.rowHeight + 4
        let ends = rows.map { Double($0.x) + $0.width + Double($0.notes.count) * 7.4 + 20 }
        let width = Int((ends.max() ?? 100).rounded(.up))
        let lines = rows.indices.compactMap { edge(to: $0, rows) }
        let boxes = rows.indices.flatMap { box($0, rows[$0]) }
        return .element(
            "svg",
            [
                "class": "tree", "role": "img", "aria-labelledby": "tree-title",
                "viewBox": "0 0 \(width) \(height)", "width": "\(width)", "height": "\(height)",
            ],
            [.element("title", ["id": "tree-title"], "Which program starts which")] + lines + boxes)
    }

    /// Programs beyond the picture.
    var left: Int { max(0, review.tree.entries.count - Self.limit) }

    private var rows: [Row] {
        let programs = Dictionary(
            zip(review.tree.places, review.programs), uniquingKeysWith: { a, _ in a })
        var above: [Int] = []
        return review.tree.entries.prefix(Self.limit).enumerated().map { i, entry in
            above.removeSubrange(entry.depth...)
            let parent = above.last
            above.append(i)
            return Row(
                entry: entry, parent: parent,
                notes: notes(entry, entry.place.flatMap { programs[$0] }))
        }
    }

    private func notes(_ entry: ProcessTree.Entry, _ program: Program?) -> String {
        if entry.isRepeated { return "see above" }
        guard let program else { return "no rules of its own" }
        if program.isRuntime { return "" }
        var notes = entry.isStray ? ["running already"] : []
        let verbs = Set(program.activities.map(\.verb))
        let telling: [(Activity.Verb, String)] = [
            (.listens, "listens"), (.connects, "connects"), (.uses, "capabilities"),
            (.acts, "rare acts"), (.writesCode, "writes code"),
        ]
        notes += telling.filter { verbs.contains($0.0) }.map(\.1)
        notes.append(ProfileReview.counted(program.rules.count, "rule"))
        return notes.joined(separator: ", ")
    }

    /// Down from the middle of the parent's left edge, then right.
    private func edge(to i: Int, _ rows: [Row]) -> HTML? {
        guard let parent = rows[i].parent else { return nil }
        let x = rows[parent].x + 12
        let (from, to) = (bottom(parent), i * Self.rowHeight + Self.rowHeight / 2)
        return .element(
            "path", ["class": "edge", "d": "M\(x) \(from)V\(to)H\(max(x, rows[i].x))"])
    }

    private func bottom(_ i: Int) -> Int { (i + 1) * Self.rowHeight - 4 }

    private func box(_ i: Int, _ row: Row) -> [HTML] {
        let top = i * Self.rowHeight + 4
        let kind = row.entry.place == nil || row.entry.isRepeated ? "leaf" : "node"
        let width = CurvePicture.number(row.width)
        let notes = CurvePicture.number(Double(row.x) + row.width + 8)
        return [
            .element(
                "rect",
                [
                    "class": kind, "x": "\(row.x)", "y": "\(top)", "width": width,
                    "height": "\(Self.rowHeight - 8)", "rx": "4",
                ]),
            .element(
                "text", ["class": "name", "x": "\(row.x + 9)", "y": "\(top + 17)"], row.label),
            .element("text", ["class": "note", "x": notes, "y": "\(top + 17)"], row.notes),
        ]
    }
}
