/// Modules of Python and Node that are only read: which of an installed tree are loaded depends on
/// the way that a program takes, and all of them are code that was installed with it.
///
/// Told by structure: the tree's directory, and the ending of a module; of Python's trees also the
/// packages' metadata, which is searched for what is installed. What is written, made or mapped, and
/// any other file of the tree, stays as it is.
enum PackageTreeStep {
    static let reason = "modules of a package tree"

    private static let pythonEndings = [".py", ".pyc"].map { Array($0.utf8) }
    private static let nodeEndings = [".js", ".mjs", ".cjs", ".json"].map { Array($0.utf8) }

    /// What says which packages there are: directories beside them, and the files in these.
    private static let metadataEndings = [".egg-info", ".dist-info"].map { Array($0.utf8) }

    private struct Key: Hashable {
        /// To its last slash.
        var tree: [UInt8]
        /// What follows there.
        var rest: [PathPattern.Element]
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
            let elements = key.tree.map(PathPattern.Element.byte) + key.rest
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
        let rest = segments[(place + 1)...]
        let found =
            (node == nil ? metadata(rest) : nil)
            ?? ending(of: rest[rest.endIndex - 1], node == nil ? pythonEndings : nodeEndings)
            .map { [.anyDepth] + $0.map(PathPattern.Element.byte) }
        return found.map { Key(tree: Array(path[...segments[place].endIndex]), rest: $0) }
    }

    /// `six-1.16.0.egg-info`, `six-1.16.0.egg-info/PKG-INFO`.
    private static func metadata(_ rest: ArraySlice<ArraySlice<UInt8>>) -> [PathPattern.Element]? {
        guard rest.count <= 2, let ending = ending(of: rest[rest.startIndex], metadataEndings)
        else { return nil }
        let directory = [.segment] + ending.map(PathPattern.Element.byte)
        return rest.count == 1 ? directory : directory + [.byte(UInt8(ascii: "/")), .segment]
    }

    private static func ending(of name: ArraySlice<UInt8>, _ endings: [[UInt8]]) -> [UInt8]? {
        endings.first { name.count > $0.count && name.suffix($0.count).elementsEqual($0) }
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
