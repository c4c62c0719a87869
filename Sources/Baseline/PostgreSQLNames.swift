/// Temporary files of PostgreSQL: a process's id and a counter stand in the name, or in that of the
/// directory that holds them.
enum PostgreSQLNames {
    static let reason = "PostgreSQL's temporary files"

    private static let slash = UInt8(ascii: "/")

    /// - Parameter i: where a segment begins.
    static func match(at i: Int, in path: [UInt8]) -> MachineNames.Match? {
        guard i > 1, path[i - 1] == slash else { return nil }
        let rest = path[i...]
        let start = path[..<(i - 1)].lastIndex(of: slash).map { $0 + 1 } ?? 0
        let directory = path[start..<(i - 1)]
        if directory.elementsEqual("pg_wal".utf8) { return numbered("xlogtemp.", rest) }
        if directory.elementsEqual("pgsql_tmp".utf8) { return work(rest) }
        return numbered("pg_internal.init.", rest)
    }

    /// A name and a process's id: `xlogtemp.17`.
    private static func numbered(_ name: String, _ rest: ArraySlice<UInt8>) -> MachineNames.Match? {
        var form = Form(rest)
        guard form.take(name), form.takeNumber(), form.isAtEnd else { return nil }
        return form.match
    }

    /// What sorts and joins put on disk: `pgsql_tmp17.0`, and sets of files that processes share,
    /// `pgsql_tmp17.0.fileset/i5of8.p1.0`, whose names the kinds of join and sort make.
    private static func work(_ rest: ArraySlice<UInt8>) -> MachineNames.Match? {
        var form = Form(rest)
        guard form.take("pgsql_tmp"), form.takeNumber(), form.take("."), form.takeNumber() else {
            return nil
        }
        if form.isAtEnd { return form.match }
        guard form.take(".fileset") || form.take(".sharedfileset") else { return nil }
        if form.isAtEnd { return form.match }
        guard form.take("/"), form.takeSegment(), form.isAtEnd else { return nil }
        return form.match
    }

    /// The rest of a path, and what of it was recognised.
    private struct Form {
        private var rest: ArraySlice<UInt8>
        private var elements: [PathPattern.Element] = []
        private var length = 0

        init(_ rest: ArraySlice<UInt8>) { self.rest = rest }

        var isAtEnd: Bool { rest.isEmpty }
        var match: MachineNames.Match {
            MachineNames.Match(elements: elements, length: length, reason: reason)
        }

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.utf8) else { return false }
            return take(text.utf8.count, as: text.utf8.map(PathPattern.Element.byte))
        }

        mutating func takeNumber() -> Bool {
            take(rest.prefix(while: TypedSegments.isDigit).count, as: [.int])
        }

        mutating func takeSegment() -> Bool {
            take(rest.prefix { $0 != slash }.count, as: [.segment])
        }

        private mutating func take(_ count: Int, as elements: [PathPattern.Element]) -> Bool {
            if count == 0 { return false }
            rest = rest.dropFirst(count)
            length += count
            self.elements += elements
            return true
        }
    }
}
