/// Names made by mkstemp and the like: a random run in an otherwise equal path, of equal length
/// each time, of files that the executable makes or removes.
enum TemporaryNameStep {
    /// Lengths of the random run: mkstemp's six X to a generous sixteen.
    private static let lengths = 6...16

    private struct Key: Hashable {
        var before: [UInt8]
        var length: Int
        var after: [UInt8]
    }

    static func apply(_ candidates: [PathGeneraliser.Candidate]) -> [PathGeneraliser.Candidate] {
        PathGeneraliser.grouped(Array(candidates.enumerated())) { i, candidate in
            key(candidate).map { ($0, nil as Int?) }.map { Group(key: $0.0, alone: $0.1) }
                ?? Group(key: nil, alone: i)
        }
        .flatMap { group, members -> [PathGeneraliser.Candidate] in
            let parts = members.map(\.element)
            guard let key = group.key, parts.count >= PathGeneraliser.leastExamples else {
                return parts
            }
            let bytes = PathPattern.Element.byte
            let elements = key.before.map(bytes) + [.segment] + key.after.map(bytes)
            let merged = PathGeneraliser.Candidate.merged(
                parts, as: elements, because: "temporary names")
            return merged.map { [$0] } ?? parts
        }
    }

    /// The key of a shape, or the place of a candidate that has none.
    private struct Group: Hashable {
        var key: Key?
        var alone: Int?
    }

    private static func key(_ candidate: PathGeneraliser.Candidate) -> Key? {
        guard candidate.isExact, let path = candidate.sources.first?.bytes,
            !candidate.access.isDisjoint(with: [.create, .delete])
        else { return nil }
        var start = 0
        while start < path.count {
            guard TypedSegments.isAlphanumeric(path[start]) else {
                start += 1
                continue
            }
            if let key = pythonKey(path, start) { return key }
            let end = path[start...].firstIndex { !TypedSegments.isAlphanumeric($0) } ?? path.count
            if lengths.contains(end - start), looksRandom(path[start..<end]) {
                return Key(
                    before: Array(path[..<start]), length: end - start, after: Array(path[end...]))
            }
            start = end
        }
        return nil
    }

    /// Python's tempfile: a segment of `tmp` and eight of `a-z0-9_`.
    private static func pythonKey(_ path: [UInt8], _ start: Int) -> Key? {
        let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
        let name = path[start..<end]
        guard start > 0, path[start - 1] == UInt8(ascii: "/"), name.count == 11,
            name.starts(with: "tmp".utf8)
        else { return nil }
        let random = name.dropFirst(3)
        let isAlphabet = random.allSatisfy {
            TypedSegments.isDigit($0) || (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "_")
        }
        guard isAlphabet, !random.allSatisfy(TypedSegments.isLetter) else { return nil }
        return Key(before: Array(path[..<(start + 3)]), length: 8, after: Array(path[end...]))
    }

    /// Whether lower case, upper case and digits change as words do not: `AbC123`, not `Access`,
    /// `worker12`, `Linux64`.
    private static func looksRandom(_ run: ArraySlice<UInt8>) -> Bool {
        let kinds = run.map { TypedSegments.isDigit($0) ? 0 : $0 & 0x20 == 0 ? 1 : 2 }
        let changes = zip(kinds, kinds.dropFirst()).count { $0 != $1 }
        let isNumberedName =
            changes == 2 && kinds.first == 1 && kinds.last == 0 && kinds.dropFirst().first == 2
        return changes >= 2 && !isNumberedName
    }
}
