/// The newest state of the entities of a trace, as far as there is room, and what an output has of
/// them.
struct RepeatableEntities: Sendable {
    /// An entity that was given, not a repetition of one.
    struct Entry<Entity: Sendable>: Sendable {
        var entity: Entity
        /// The last output that got some state of it; 0: none.
        var output: UInt32 = 0
        /// Whether that was the newest one.
        var isCurrent = false
        /// The last plan that repeats it.
        var plan: UInt64 = 0

        func isCurrent(in output: UInt32) -> Bool { isCurrent && self.output == output }
    }

    /// Where a process stands.
    enum Place: Hashable {
        case running(Int)
        case ended(Int)
    }

    var containers: RecentTable<String, Entry<Container>>
    var pods: RecentTable<String, Entry<Pod>>
    var files: RecentTable<FileID, Entry<File>>
    private var running: RecentTable<ProcessID, Entry<Process>>
    /// Those that ended and may still be cited, as parents or by flows that are exported late.
    /// They have room of their own, so that many short-lived ones do not displace a long-lived one
    /// that does little.
    private var ended: RecentTable<ProcessID, Entry<Process>>

    init(_ limits: EntityRepeater.Limits) {
        containers = RecentTable(limit: limits.containers, cost: limits.bytes)
        pods = RecentTable(limit: limits.containers, cost: limits.bytes)
        files = RecentTable(limit: limits.files, cost: limits.bytes)
        running = RecentTable(limit: limits.processes, cost: limits.bytes)
        ended = RecentTable(limit: limits.processes, cost: limits.bytes)
    }

    /// Entities that went at a limit; of processes, those that had not ended.
    var evicted: Int {
        containers.evicted + pods.evicted + files.evicted + running.evicted
    }

    mutating func removeAll() {
        containers.removeAll()
        pods.removeAll()
        files.removeAll()
        running.removeAll()
        ended.removeAll()
    }

    func place(of id: ProcessID) -> Place? {
        if let index = running.index(of: id) { return .running(index) }
        return ended.index(of: id).map(Place.ended)
    }

    subscript(place: Place) -> Entry<Process> {
        switch place {
        case .running(let index): running[index]
        case .ended(let index): ended[index]
        }
    }

    mutating func update(_ place: Place, _ body: (inout Entry<Process>) -> Void) {
        switch place {
        case .running(let index): running.update(index, body)
        case .ended(let index): ended.update(index, body)
        }
    }

    /// A record cites the process. One that had ended, as it seemed, runs: it was a thread's end.
    mutating func use(_ id: ProcessID, at place: Place) {
        switch place {
        case .running(let index): running.use(index)
        case .ended:
            guard let (entry, cost) = ended.remove(id) else { return }
            running.set(entry, cost: cost, at: id)
        }
    }

    mutating func end(_ id: ProcessID) {
        guard let (entry, cost) = running.remove(id) else { return }
        ended.set(entry, cost: cost, at: id)
    }

    mutating func set(_ entry: Entry<Process>, cost: Int) {
        ended.remove(entry.entity.oid)
        running.set(entry, cost: cost, at: entry.entity.oid)
    }
}
