import Yams

extension ProfileText {
    /// The same for a profile that was promoted: its mode, and `status.promoted`.
    ///
    /// - Parameters:
    ///   - text: what `old` was read from.
    ///   - new: `old` with another mode and promotion.
    public init(promoting text: String, from old: Profile, to new: Profile) {
        let patched = Self.patched(text, new)
        let isSame =
            patched.flatMap { try? Profile(yaml: $0, file: "").sorted() } == new.sorted()
        self.init(text: isSame ? patched ?? new.yaml : new.yaml, isPatched: isSame)
    }

    private static func patched(_ text: String, _ new: Profile) -> String? {
        guard let mode = new.mode, let promotion = new.promoted,
            let root = try? Parser(yaml: text).singleRoot(), let spec = root["spec"]?.mapping,
            let first = spec.first?.key.mark
        else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // From the end, so that the places before stay right.
        let block = ["promoted:"] + ProfileWriter.lines(promotion).map { "  " + $0 }
        if let status = root["status"]?.mapping {
            guard status["promoted"] == nil, let place = status.first?.key.mark, place.column > 1
            else { return nil }
            let blanks = String(repeating: " ", count: place.column - 1)
            lines.insert(contentsOf: block.map { blanks + $0 }, at: place.line - 1)
        } else {
            while lines.last == "" { lines.removeLast() }
            lines += ["status:"] + block.map { "  " + $0 } + [""]
        }
        if let known = spec["mode"] {
            guard let line = known.mark?.line, let word = known.string,
                let range = lines[line - 1].ranges(of: "mode: \(word)").first
            else { return nil }
            lines[line - 1].replaceSubrange(range, with: "mode: \(mode.rawValue)")
        } else {
            guard first.column > 1 else { return nil }
            lines.insert(
                String(repeating: " ", count: first.column - 1) + "mode: \(mode.rawValue)",
                at: first.line - 1)
        }
        return lines.joined(separator: "\n")
    }
}
