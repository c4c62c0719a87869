/// Finds the known name that somebody probably meant.
enum NearestName {
    /// The nearest of `known` if it is near enough to be a slip of the pen, else nil.
    static func of(_ name: String, in known: [String]) -> String? {
        // The distance is quadratic: a long name is not a slip.
        guard name.utf8.count <= 64 else { return nil }
        let candidates = known.map { (name: $0, distance: distance(name, $0)) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, best.name.utf8.count / 3) ? best.name : nil
    }

    /// `did you mean x?`, or the list of what there is.
    static func remedy(for name: String, known: [String]) -> String {
        if let near = of(name, in: known) { return "did you mean `\(near)`?" }
        return "known: " + known.joined(separator: ", ")
    }

    /// Levenshtein's distance without regard to case, over UTF-8.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.lowercased().utf8), Array(b.lowercased().utf8))
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
