/// Modules of Python and Node that are only read: which of an installed tree are loaded depends on
/// the way that a program takes, and all of them are code that was installed with it.
///
/// Told by structure: the tree's directory, and the ending of a module. What is written, made or
/// mapped, and any other file of the tree, stays as it is.
enum PackageTreeStep {
    static let reason = "modules of a package tree"

    private static let pythonEndings = [".py", ".pyc"].map { Array($0.utf8) }
    private static let nodeEndings = [".js", ".mjs", ".cjs", ".json"].map { Array($0.utf8) }

    private struct Key: Hashable {
        /// To its last slash.
        var tree: [UInt8]
        var ending: [UInt8]
    }

    /// The key of a module, or the place of a candidate that is none.
    private struct Group: Hashable {
        var key: Key?
        var alone: Int?
    }

    static func apply(_ candidates: [PathGeneraliser.Candidate]) -> [PathGeneraliser.Candidate] {
        PathGeneraliser.grouped(Array(candidates.enumerated())) { i, candidate in
            let key = key(candidate)
            return Group(key: key, alone: key == nil ? i : nil)
        }
        .flatMap { group, members -> [PathGeneraliser.Candidate] in
            let parts = members.map(\.element)
            guard let key = group.key,
                parts.reduce(0, { $0 + $1.sources.count }) >= PathGeneraliser.leastExamples
            else { return parts }
            let byte = PathPattern.Element.byte
            let elements = key.tree.map(byte) + [.anyDepth] + key.ending.map(byte)
            let merged = PathGeneraliser.Candidate.merged(parts, as: elements, because: reason)
            return merged.map { [$0] } ?? parts
        }
    }

    /// Of a candidate all of whose sources are modules of one tree.
    private static func key(_ candidate: PathGeneraliser.Candidate) -> Key? {
        guard candidate.access == .read, let first = candidate.sources.first,
            let key = key(first.bytes), candidate.sources.allSatisfy({ Self.key($0.bytes) == key })
        else { return nil }
        return key
    }

    private static func key(_ path: [UInt8]) -> Key? {
        let segments = path.split(separator: UInt8(ascii: "/"))
        // The outermost: Node's packages have trees of their own inside.
        let node = segments.firstIndex { $0.elementsEqual("node_modules".utf8) }
        let python = segments.lastIndex(where: isPythonTree)
        guard let place = node ?? python, place < segments.count - 1 else { return nil }
        let endings = node == nil ? pythonEndings : nodeEndings
        let name = segments[segments.count - 1]
        guard
            let ending = endings.first(where: {
                name.count > $0.count && name.suffix($0.count).elementsEqual($0)
            })
        else { return nil }
        return Key(tree: Array(path[...segments[place].endIndex]), ending: ending)
    }

    /// `site-packages`, `dist-packages`, or the standard library, `python3.11`.
    private static func isPythonTree(_ segment: ArraySlice<UInt8>) -> Bool {
        if segment.elementsEqual("site-packages".utf8) { return true }
        if segment.elementsEqual("dist-packages".utf8) { return true }
        let version = segment.dropFirst(6)
        return segment.starts(with: "python".utf8) && version.contains(UInt8(ascii: "."))
            && version.allSatisfy { TypedSegments.isDigit($0) || $0 == UInt8(ascii: ".") }
    }
}
