internal import Events
internal import Export

/// Which process is whose child, and what each runs: for an alert's lineage.
///
/// Bounded: at the limit the table forgets processes that ended, then is begun anew;
/// an alert then shows a shorter lineage, and `restarts` counts it.
struct LineageTable {
    private struct Entry {
        var executable: String
        var parent: ProcessKey?
        var ended = false
    }

    static let limit = 65_536
    static let depth = 16

    private var entries: [ProcessKey: Entry] = [:]
    /// Starts by process id, for records that name a process by its id alone.
    private(set) var restarts = 0

    mutating func consume(_ event: borrowing Event) {
        switch event {
        case .fork(let fork):
            guard !fork.isThread else { return }
            let parent = fork.header.process
            insert(fork.child, entries[parent]?.executable ?? "", parent)
        case .exec(let exec), .process(let exec):
            let key = exec.header.process
            let parent = entries[key]?.parent ?? (entries[exec.parent] == nil ? nil : exec.parent)
            insert(key, Self.text(exec.exe), parent)
        case .exit(let exit):
            if !exit.isThread { entries[exit.header.process]?.ended = true }
        default: return
        }
    }

    /// The process, its parent and so on.
    func lineage(of process: ProcessKey) -> [Alert.ProcessLine] {
        var lines: [Alert.ProcessLine] = []
        var next: ProcessKey? = process
        while let key = next, let entry = entries[key], lines.count < Self.depth {
            lines.append(Alert.ProcessLine(pid: key.tgid, executable: entry.executable))
            next = entry.parent
        }
        return lines
    }

    func executable(of process: ProcessKey) -> String? { entries[process]?.executable }

    private mutating func insert(_ key: ProcessKey, _ executable: String, _ parent: ProcessKey?) {
        if entries.count >= Self.limit {
            let parents = Set(entries.values.compactMap(\.parent))
            entries = entries.filter { !$0.value.ended || parents.contains($0.key) }
            if entries.count >= Self.limit {
                entries.removeAll(keepingCapacity: true)
                restarts += 1
            }
        }
        entries[key] = Entry(executable: executable, parent: parent)
    }

    static func text(_ bytes: RawSpan) -> String {
        String(decoding: bytes.copied, as: UTF8.self)
    }
}

extension RawSpan {
    /// The bytes, for keeping.
    var copied: [UInt8] {
        let span = Span<UInt8>(_bytes: self)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(span.count)
        for index in span.indices { bytes.append(span[index]) }
        return bytes
    }
}
