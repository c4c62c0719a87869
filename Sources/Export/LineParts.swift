internal import SysFlow

/// Parts of lines that depend on entities alone, kept ready one behind the other in one array
/// and used again while the entities' versions are the same.
struct LineParts: Sendable {
    /// Bytes of all that is kept. Beyond: all of it is made anew when it is next needed.
    static let limit = 32 << 20

    /// Of `text`.
    struct Part: Sendable {
        var start = 0
        var end = 0
        var count: Int { end - start }
        var range: Range<Int> { start..<end }
    }

    /// What one line is made of, in its order. Between them stand numbers that belong to the line.
    struct Line: Sendable {
        /// From the beginning to the value of `ret`, or of a flow to the value of `proc.pid`, with
        /// times to be written over.
        var head = Part()
        /// `proc.uid` to the value of `file.fd`.
        var people = Part()
        /// `file.path` to the value of `flow.rbytes`, or of a connection to that of `net.proto`.
        var resource = Part()
        /// `pf.nthreads` to the line's end.
        var tail = Part()
        var count: Int { head.count + people.count + resource.count + tail.count }
    }

    /// The keys say of what the part was made; 0 stands for nothing, in versions too.
    private struct Entry: Sendable {
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var part: Part?
    }

    /// All parts.
    private(set) var text: [UInt8] = []
    private var heads: [Entry]
    /// By the process's slot, each table's first for none.
    private var people: [Entry] = []
    private var resources: [Entry] = []
    private var tails: [Entry] = []
    private var connection: Part?
    private var headerVersion: UInt64 = 0

    private let maker: LineText

    init(_ maker: LineText) {
        self.maker = maker
        heads = Array(repeating: Entry(), count: 256)
    }

    /// The parts of a line. They stay where they are until the next call.
    @inline(__always)
    mutating func line(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> Line {
        if text.count > Self.limit || headerVersion != tables.headerVersion {
            removeAll()
            headerVersion = tables.headerVersion
        }
        return Line(
            head: head(occurrence, tables), people: people(occurrence, tables),
            resource: resource(occurrence, tables), tail: tail(occurrence, tables))
    }

    private mutating func head(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> Part {
        let state = LineText.state(occurrence, tables)
        let bits = occurrence.operations.map { UInt64(UInt32(bitPattern: $0.rawValue)) << 8 }
        let key =
            UInt64(occurrence.kind.rawValue) << 40
            | UInt64(truncatingIfNeeded: state?.rawValue ?? 7) << 4 | (bits ?? 1)
        let place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 56)
        if heads[place].first == key, let part = heads[place].part { return part }
        let start = text.count
        maker.head(occurrence, state, to: &text)
        let part = Part(start: start, end: text.count)
        heads[place] = Entry(first: key, part: part)
        return part
    }

    private mutating func people(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> Part
    {
        let slot = Int(occurrence.process?.slot ?? -1) + 1
        let process = occurrence.process?.version ?? 0
        let parent = occurrence.parent?.version ?? 0
        if slot < people.count, people[slot].first == process, people[slot].second == parent,
            let part = people[slot].part
        {
            return part
        }
        let start = text.count
        maker.process(
            occurrence.process.map { tables.processes.values[Int($0.slot)] }, to: &text)
        maker.parent(
            occurrence.parent.map { tables.processes.values[Int($0.slot)] }, to: &text)
        let part = Part(start: start, end: text.count)
        Self.put(Entry(first: process, second: parent, part: part), at: slot, of: &people)
        return part
    }

    private mutating func resource(_ occurrence: Occurrence, _ tables: borrowing EntityTables)
        -> Part
    {
        if occurrence.endpoints != nil {
            if let connection { return connection }
            let start = text.count
            maker.connection(to: &text)
            let part = Part(start: start, end: text.count)
            connection = part
            return part
        }
        let slot = Int(occurrence.file?.slot ?? -1) + 1
        let file = occurrence.file?.version ?? 0
        let newFile = occurrence.newFile?.version ?? 0
        let flags = occurrence.openFlags.map { UInt64(UInt32(bitPattern: $0.rawValue)) + 1 } ?? 0
        if slot < resources.count, resources[slot].first == file,
            resources[slot].second == newFile, resources[slot].third == flags,
            let part = resources[slot].part
        {
            return part
        }
        let start = text.count
        maker.resource(occurrence, tables, to: &text)
        let part = Part(start: start, end: text.count)
        Self.put(
            Entry(first: file, second: newFile, third: flags, part: part), at: slot,
            of: &resources)
        return part
    }

    private mutating func tail(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> Part {
        let slot = Int(occurrence.container?.slot ?? -1) + 1
        let container = occurrence.container?.version ?? 0
        let pod = occurrence.pod?.version ?? 0
        if slot < tails.count, tails[slot].first == container, tails[slot].second == pod,
            let part = tails[slot].part
        {
            return part
        }
        let start = text.count
        maker.tail(occurrence, tables, to: &text)
        let part = Part(start: start, end: text.count)
        Self.put(Entry(first: container, second: pod, part: part), at: slot, of: &tails)
        return part
    }

    private mutating func removeAll() {
        text.removeAll(keepingCapacity: text.capacity <= 2 * Self.limit)
        people.removeAll(keepingCapacity: true)
        resources.removeAll(keepingCapacity: true)
        tails.removeAll(keepingCapacity: true)
        for i in heads.indices { heads[i].part = nil }
        connection = nil
    }

    private static func put(_ entry: Entry, at slot: Int, of entries: inout [Entry]) {
        while entries.count <= slot { entries.append(Entry()) }
        entries[slot] = entry
    }
}
