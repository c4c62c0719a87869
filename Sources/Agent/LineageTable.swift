internal import Events
internal import Export

/// Which process is whose child, and what each runs: for an alert's lineage.
///
/// A process is kept while it or a child of it lives. Bounded all the same, as ends can be lost:
/// at the limit the table begins anew; an alert then shows a shorter lineage, and `restarts`
/// counts it.
struct LineageTable {
    private struct Entry {
        var executable: String
        var slot: UInt32
        var parent: ProcessKey?
        var children = 0
        var hasEnded = false
    }

    static let limit = 65_536
    static let depth = 16

    private var entries: [ProcessKey: Entry] = [:]
    private(set) var restarts = 0

    var count: Int { entries.count }

    mutating func consume(_ event: borrowing Event) {
        switch event {
        case .fork(let fork):
            guard !fork.isThread else { return }
            let parent = fork.header.process
            insert(fork.child, entries[parent]?.executable ?? "", fork.header.slot, parent)
        case .exec(let exec), .process(let exec):
            insert(exec.header.process, Self.text(exec.exe), exec.header.slot, exec.parent)
        case .exit(let exit):
            guard !exit.isThread else { return }
            entries[exit.header.process]?.hasEnded = true
            removeIfSpent(exit.header.process)
        default: return
        }
    }

    /// A container is gone, and its processes with it.
    mutating func forget(slot: UInt32) {
        entries = entries.filter { $0.value.slot != slot }
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

    /// A process that is there already keeps its parent.
    private mutating func insert(
        _ key: ProcessKey, _ executable: String, _ slot: UInt32, _ parent: ProcessKey
    ) {
        if let known = entries.index(forKey: key) {
            entries.values[known].executable = executable
            return
        }
        if entries.count >= Self.limit {
            entries.removeAll()
            restarts += 1
        }
        var entry = Entry(executable: executable, slot: slot)
        if parent != key, let index = entries.index(forKey: parent) {
            entries.values[index].children += 1
            entry.parent = parent
        }
        entries[key] = entry
    }

    /// Removes a process that ended and has no children, and so on up.
    private mutating func removeIfSpent(_ process: ProcessKey) {
        var next: ProcessKey? = process
        while let key = next, let entry = entries[key], entry.hasEnded, entry.children == 0 {
            entries[key] = nil
            next = entry.parent
            if let parent = entry.parent, let index = entries.index(forKey: parent) {
                entries.values[index].children -= 1
            }
        }
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
