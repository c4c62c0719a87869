/// Many paths in few words: those of one directory together.
enum PathFolding {
    /// `/etc/{group, passwd}` for two of one directory, in the order of each directory's first.
    ///
    /// - Parameter limit: names of one directory that are spelled out; the others are counted.
    static func folded(_ paths: [String], names limit: Int) -> [String] {
        directories(paths).map { directory, names in
            if names.count == 1 { return directory + names[0] }
            let more = names.count - limit
            let shown = more > 1 ? names.prefix(limit) + ["\(more) more"] : names[...]
            return "\(directory){\(shown.joined(separator: ", "))}"
        }
    }

    /// `14 files in /usr/lib/x86_64-linux-gnu`; one alone by its name.
    static func counted(_ paths: [String]) -> [String] {
        directories(paths).map { directory, names in
            if names.count == 1 { return directory + names[0] }
            return "\(names.count) files in \(directory.dropLast())"
        }
    }

    /// By directory with its slash; what has none is its own.
    private static func directories(
        _ paths: [String]
    ) -> [(directory: String, names: [String])] {
        var places: [Substring: Int] = [:]
        var found: [(directory: String, names: [String])] = []
        for path in paths {
            let end = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
            let directory = path[..<end]
            if let place = places[directory], !directory.isEmpty {
                found[place].names.append(String(path[end...]))
            } else {
                places[directory] = found.count
                found.append((String(directory), [String(path[end...])]))
            }
        }
        return found
    }
}
