import SysFlow

/// What the learner remembers of a process.
struct LearnedProcess: Sendable {
    var exe: PathBytes
    /// The executable before the newest version of the entity, in the same container.
    var previous: PathBytes?
    var parent: ProcessID?
    var container: String?
    /// The container's first process.
    var isFirst = false
    /// Its birth, or the exec of its image, was seen: what it did not open since it was given.
    var hasBegun = false
    /// nil: its beginning was not seen.
    var life: Life?

    /// What is known of a process from its beginning on.
    struct Life: Sendable {
        /// Since when it serves, nanoseconds since the epoch: it or who bore it listened.
        var servingFrom: Int64?
        /// When it had the rights of its start again, oldest first; each ends where the next begins.
        /// Flows are told of some time after they began, so the last ones are kept.
        var reloads: [Range<Int64>] = []

        static let mostReloads = 4
    }

    /// The phase at a time; nil: not known. A reload is a part of serving.
    func phase(at time: Int64) -> Phase? {
        life.map { life in
            life.servingFrom.map { time >= $0 } == true ? .serving : .startup
        }
    }

    /// By which phase's rules the kernel judges it: in a reload by those of the start. Learning does
    /// not go by it, as a reload lasts a while longer than what belongs to it: what comes in that
    /// while would be limited to it.
    func judgedPhase(at time: Int64) -> Phase? {
        life?.reload(at: time) != nil ? .startup : phase(at: time)
    }
}

extension LearnedProcess.Life {
    func reload(at time: Int64) -> Range<Int64>? { reloads.first { $0.contains(time) } }

    mutating func endReload(at time: Int64) {
        guard let last = reloads.last, last.upperBound > time else { return }
        reloads[reloads.count - 1] = last.lowerBound..<max(last.lowerBound, time)
    }

    mutating func reload(_ times: Range<Int64>) {
        endReload(at: times.lowerBound)
        if reloads.count == Self.mostReloads { reloads.removeFirst() }
        reloads.append(times)
    }
}

/// The processes of a trace, kept until some time after their exit.
struct ProcessTable: Sendable {
    private var table: AgingTable<ProcessID, LearnedProcess>
    /// Processes that ended, oldest first from `head` on.
    private var exited: [(id: ProcessID, time: Int64)] = []
    private var head = 0
    private let limit: Int

    init(limit: Int) {
        table = AgingTable(limit: limit)
        self.limit = limit
    }

    var count: Int { table.count }

    mutating func value(_ id: ProcessID) -> LearnedProcess? { table.value(id) }

    mutating func insert(_ process: Process) {
        let exe = PathBytes(process.exe)
        var entry = LearnedProcess(
            exe: exe, previous: nil, parent: process.parent, container: process.containerID,
            isFirst: process.entry == true, life: nil)
        if let known = table.value(process.oid), known.container == process.containerID {
            // A version that only repeats the entity is no step from one image to the next.
            let isRepetition = process.state == .reup && known.exe == exe
            entry.previous = isRepetition ? known.previous : known.exe
            entry.life = known.life
            entry.hasBegun = known.hasBegun
        }
        table.insert(entry, at: process.oid)
    }

    /// The executable that asked for the exec which the newest version of the process shows.
    mutating func subject(ofExecBy id: ProcessID, _ process: LearnedProcess) -> PathBytes {
        defer {
            // A second exec with no new version of the entity is one of the image by itself.
            var after = process
            after.previous = process.exe
            after.hasBegun = true
            table.insert(after, at: id)
        }
        if let previous = process.previous { return previous }
        if let parent = process.parent.flatMap({ table.value($0) }),
            parent.container == process.container
        {
            return parent.exe
        }
        return .runtime
    }

    /// A child is in its parent's phase.
    mutating func born(_ id: ProcessID, at time: Int64) {
        guard var child = table.value(id), let parent = child.parent.flatMap({ table.value($0) }),
            parent.container == child.container
        else { return }
        child.hasBegun = true
        defer { table.insert(child, at: id) }
        guard let life = parent.life else { return }
        let serves = parent.phase(at: time) == .serving
        child.life = LearnedProcess.Life(
            servingFrom: serves ? life.servingFrom : nil,
            reloads: life.reload(at: time).map { [$0] } ?? [])
    }

    /// It was told to reload.
    mutating func reload(_ id: ProcessID, _ times: Range<Int64>) {
        guard var process = table.value(id), process.life != nil else { return }
        process.life?.reload(times)
        table.insert(process, at: id)
    }

    /// The runtime has started it in the container.
    mutating func start(_ id: ProcessID) {
        guard var process = table.value(id), process.life == nil else { return }
        process.life = LearnedProcess.Life()
        table.insert(process, at: id)
    }

    /// It listens, which ends a reload, too. Returns whether its beginning was seen.
    mutating func serve(_ id: ProcessID, from time: Int64) -> Bool {
        guard var process = table.value(id), var life = process.life else { return false }
        let isServing = life.servingFrom.map { $0 <= time } == true
        guard !isServing || life.reload(at: time) != nil else { return true }
        life.endReload(at: time)
        if !isServing { life.servingFrom = time }
        process.life = life
        table.insert(process, at: id)
        return true
    }

    mutating func exit(_ id: ProcessID, at time: Int64) {
        exited.append((id, time))
        forget(before: time &- Learner.exitedProcessLifetime)
        while exited.count - head > limit { forgetOldest() }
    }

    mutating func removeAll() {
        table.removeAll()
        exited.removeAll()
        head = 0
    }

    private mutating func forget(before time: Int64) {
        while head < exited.count, exited[head].time < time { forgetOldest() }
        if head > 1024, head > exited.count / 2 {
            exited.removeFirst(head)
            head = 0
        }
    }

    private mutating func forgetOldest() {
        table.remove(exited[head].id)
        head += 1
    }
}
