internal import SysFlow

/// Parts of flat lines that depend on entities alone, kept as bytes by the entity's slot and used
/// again while its version is the same.
struct FlatFragments: Sendable {
    /// Bytes of all that is kept. Beyond: all of it is made anew when it is next needed.
    static let limit = 32 << 20

    private struct Entry: Sendable {
        /// 0: none is kept.
        var version: UInt64 = 0
        var text: [UInt8] = []
    }

    private struct FileEntry: Sendable {
        var version: UInt64 = 0
        var path: [UInt8] = []
        var resource: [UInt8] = []
    }

    private struct TailEntry: Sendable {
        var container: UInt64 = 0
        var pod: UInt64 = 0
        var header = UInt64.max
        var text: [UInt8] = []
    }

    private struct HeadEntry: Sendable {
        var key = UInt64.max
        var text: [UInt8] = []
    }

    private var processes: [Entry] = []
    private var parents: [Entry] = []
    private var files: [FileEntry] = []
    /// By the container's slot; the first for no container.
    private var tails: [TailEntry] = []
    private var heads: [HeadEntry]
    private var size = 0

    private let noProcess: [UInt8]
    private let noParent: [UInt8]
    private let noFile: [UInt8]
    private let noResource: [UInt8]

    init() {
        heads = Array(repeating: HeadEntry(), count: 256)
        noProcess = FlatText.process(nil)
        noParent = FlatText.parent(nil)
        noFile = FlatText.file(nil, nil)
        noResource = FlatText.resource(nil, nil)
    }

    // MARK: Parts of a line, in its order

    /// From the line's beginning to the value of `ret`.
    mutating func head(_ occurrence: Occurrence, _ tables: EntityTables) -> [UInt8] {
        let state = FlatText.state(occurrence, tables)
        let key =
            UInt64(occurrence.kind.rawValue) << 40 | UInt64(state.map { $0.rawValue } ?? 7) << 33
            | UInt64(occurrence.operations.map { UInt32(bitPattern: $0.rawValue) } ?? 0) << 1
            | (occurrence.operations == nil ? 1 : 0)
        let place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 56)
        if heads[place].key != key {
            heads[place] = HeadEntry(key: key, text: FlatText.head(occurrence, state))
        }
        return heads[place].text
    }

    /// Behind `proc.tid`, to `proc.createts`.
    mutating func process(_ place: Occurrence.Place?, _ tables: EntityTables) -> [UInt8] {
        guard let place else { return noProcess }
        let slot = Int(place.slot)
        if slot < processes.count, processes[slot].version == place.version {
            return processes[slot].text
        }
        let text = FlatText.process(tables.processes.values[slot])
        Self.put(Entry(version: place.version, text: text), at: slot, of: &processes)
        note(text.count)
        return text
    }

    /// `pproc.pid` to the value of `file.fd`.
    mutating func parent(_ place: Occurrence.Place?, _ tables: EntityTables) -> [UInt8] {
        guard let place else { return noParent }
        let slot = Int(place.slot)
        if slot < parents.count, parents[slot].version == place.version {
            return parents[slot].text
        }
        let text = FlatText.parent(tables.processes.values[slot])
        Self.put(Entry(version: place.version, text: text), at: slot, of: &parents)
        note(text.count)
        return text
    }

    /// Behind `file.fd`, to the value of `file.openflags`.
    mutating func file(_ place: Occurrence.Place?, _ tables: EntityTables) -> [UInt8] {
        guard let place else { return noFile }
        let slot = Int(place.slot)
        if slot >= files.count || files[slot].version != place.version { keep(place, tables) }
        return files[slot].path
    }

    /// Behind `file.openflags`, to the value of `flow.rbytes`, of what concerns a file.
    mutating func resource(_ place: Occurrence.Place?, _ tables: EntityTables) -> [UInt8] {
        guard let place else { return noResource }
        let slot = Int(place.slot)
        if slot >= files.count || files[slot].version != place.version { keep(place, tables) }
        return files[slot].resource
    }

    /// `pf.nthreads` to the line's end, of what is neither a ProcessFlow nor of Kubernetes.
    mutating func tail(_ occurrence: Occurrence, _ tables: EntityTables) -> [UInt8] {
        let slot = Int(occurrence.container?.slot ?? -1) + 1
        let container = occurrence.container?.version ?? 0
        let pod = occurrence.pod?.version ?? 0
        if slot < tails.count, tails[slot].container == container, tails[slot].pod == pod,
            tails[slot].header == tables.headerVersion
        {
            return tails[slot].text
        }
        let text = FlatText.tail(occurrence, tables)
        while tails.count <= slot { tails.append(TailEntry()) }
        tails[slot] = TailEntry(
            container: container, pod: pod, header: tables.headerVersion, text: text)
        note(text.count)
        return text
    }

    // MARK: Keeping

    private mutating func keep(_ place: Occurrence.Place, _ tables: EntityTables) {
        let file = tables.files.values[Int(place.slot)]
        let entry = FileEntry(
            version: place.version, path: FlatText.file(file, nil),
            resource: FlatText.resource(file, nil))
        note(entry.path.count + entry.resource.count)
        while files.count <= Int(place.slot) { files.append(FileEntry()) }
        files[Int(place.slot)] = entry
    }

    private static func put(_ entry: Entry, at slot: Int, of entries: inout [Entry]) {
        while entries.count <= slot { entries.append(Entry()) }
        entries[slot] = entry
    }

    /// What takes another's place is counted too: the sum is a bound, not a measure.
    private mutating func note(_ bytes: Int) {
        size += bytes
        guard size > Self.limit else { return }
        size = 0
        processes = []
        parents = []
        files = []
        tails = []
    }
}
