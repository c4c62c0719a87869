/// Files that Python's `tempfile` makes: a prefix, eight of `a-z0-9_` at random, a suffix. Looked
/// for before other steps, which would take parts of such a name for numbers or ids.
enum PythonNameStep {
    private static let length = 8
    private static let reason = "Python's temporary names"

    private struct Key: Hashable {
        /// As far as the random bytes: directories by their types, and the prefix.
        var before: [PathPattern.Element]
        var after: [UInt8]
    }

    private typealias File = (path: PathBytes, entry: Behaviours.FileEntry)

    /// - Returns: what such names became, and the files that have none.
    static func apply(
        _ files: [(path: PathBytes, entry: Behaviours.FileEntry)]
    ) -> (made: [PathGeneraliser.Candidate], rest: [(path: PathBytes, entry: Behaviours.FileEntry)])
    {
        var made: [PathGeneraliser.Candidate] = []
        var taken: Set<PathBytes> = []
        let named = files.compactMap { file in key(of: file).map { (key: $0.0, $0.1, file) } }
        for (key, members) in PathGeneraliser.grouped(named, by: { $0.key }) {
            guard areRandom(members.map { $0.1 }) else { continue }
            let parts = members.map { _, _, file in
                PathGeneraliser.Candidate(
                    elements: [], sources: [file.path], access: file.entry.access,
                    evidence: file.entry.evidence, reasons: [])
            }
            let elements = key.before + [.segment] + key.after.map(PathPattern.Element.byte)
            guard
                let candidate = PathGeneraliser.Candidate.merged(
                    parts, as: elements, because: reason)
            else { continue }
            made.append(candidate)
            taken.formUnion(candidate.sources)
        }
        return (made, files.filter { !taken.contains($0.path) })
    }

    /// The eight bytes that may be random, of a file that is made or removed, and what is around them.
    private static func key(of file: File) -> (Key, ArraySlice<UInt8>)? {
        let path = file.path.bytes
        guard !file.entry.access.isDisjoint(with: [.create, .delete]),
            let slash = path.lastIndex(of: UInt8(ascii: "/"))
        else { return nil }
        let name = path[(slash + 1)...]
        let stem = name.lastIndex(of: UInt8(ascii: ".")).map { name[..<$0] }
        guard let random = [stem, name].lazy.compactMap({ $0.flatMap(tail) }).first else {
            return nil
        }
        let directory = TypedSegments.elements(of: Array(path[...slash])).0
        let prefix = path[(slash + 1)..<random.startIndex].map(PathPattern.Element.byte)
        return (Key(before: directory + prefix, after: Array(path[random.endIndex...])), random)
    }

    /// Behind a prefix: a name that is all random says nothing of who makes it.
    private static func tail(of name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let tail = name.suffix(length)
        guard name.count > length, tail.allSatisfy({ kind($0) != nil }) else { return nil }
        return tail
    }

    private static func kind(_ byte: UInt8) -> Int? {
        if TypedSegments.isDigit(byte) { return 0 }
        if byte == UInt8(ascii: "_") { return 1 }
        return (0x61...0x7a).contains(byte) ? 2 : nil
    }

    /// Some change between letters and others as words and numbers do not, and no place is the same
    /// in all, as it is in `thread_1`, `thread_2`.
    private static func areRandom(_ parts: [ArraySlice<UInt8>]) -> Bool {
        let mixed = parts.count { part in
            let kinds = part.map { kind($0) }
            return kinds.contains(2) && zip(kinds, kinds.dropFirst()).count { $0 != $1 } >= 2
        }
        guard mixed >= PathGeneraliser.leastExamples else { return false }
        return (0..<length).allSatisfy { place in
            Set(parts.map { $0[$0.startIndex + place] }).count > 1
        }
    }
}
