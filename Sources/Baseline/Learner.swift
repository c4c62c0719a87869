public import SysFlow

/// Learns what containers do from flow records, live or from files: feed it every record in
/// order. Records of processes outside containers are passed over.
public struct Learner: Sendable {
    public struct Options: Sendable {
        /// Learn only the containers whose id begins with this; nil: each container.
        public var container: String?
        /// Processes remembered; the longest unused are forgotten, and what they do later is a
        /// loss of its dimension.
        public var processes: Int
        /// Files remembered, likewise.
        public var files: Int
        /// Containers learned at once; the behaviours of one beyond it are counted as losses.
        public var containers: Int
        /// Of each container.
        public var limits: Behaviours.Limits
        /// What completeness counts by.
        public var unit: SamplingUnit
        public init(
            container: String? = nil, processes: Int = 65_536, files: Int = 131_072,
            containers: Int = 4096, limits: Behaviours.Limits = Behaviours.Limits(),
            unit: SamplingUnit = .standard
        ) {
            self.container = container
            self.processes = processes
            self.files = files
            self.containers = containers
            self.limits = limits
            self.unit = unit
        }
    }

    /// How long a process is remembered after its exit: its flows are exported after that, and a
    /// child's first exec may still name it as the parent. Nanoseconds.
    static let exitedProcessLifetime: Int64 = 60_000_000_000

    public let options: Options
    var processes: ProcessTable
    private var files: AgingTable<FileID, LearnedFile>
    private var containerEntities: [String: Container] = [:]
    private var learned: [String: Behaviours] = [:]
    /// When what is read now began: the time of its first event; nil before.
    private var recording: Int64?
    /// Behaviours whose process, file or container is not known: lost for every container.
    public private(set) var unattributed: [Dimension: Int] = [:]

    private var isObserving = false
    private var observations: [Observation] = []

    public init(_ options: Options = Options()) {
        self.options = options
        processes = ProcessTable(limit: options.processes)
        files = AgingTable(limit: options.files)
    }

    /// Ids of the containers that showed a behaviour, sorted.
    public var containers: [String] { learned.keys.sorted() }

    /// What a container did so far, with the losses that may concern it.
    public func behaviours(of container: String) -> Behaviours? {
        guard var behaviours = named(container) else { return nil }
        for (dimension, count) in unattributed { behaviours.note(losses: count, in: dimension) }
        return behaviours
    }

    /// Records that showed a behaviour of a container.
    public func records(of container: String) -> Int { learned[container]?.records ?? 0 }

    /// What all containers did, as one: for the replicas of one workload.
    public func mergedBehaviours() -> Behaviours {
        var merged = Behaviours(limits: options.limits, unit: options.unit)
        for container in containers {
            if let behaviours = named(container) { merged.merge(behaviours) }
        }
        for (dimension, count) in unattributed { merged.note(losses: count, in: dimension) }
        return merged
    }

    private func named(_ container: String) -> Behaviours? {
        guard var behaviours = learned[container] else { return nil }
        if let name = containerEntities[container]?.name, !name.isEmpty { behaviours.name(name) }
        return behaviours
    }

    /// The container as the records describe it.
    public func container(_ id: String) -> Container? { containerEntities[id] }

    /// Forgets a container that ended.
    public mutating func remove(container: String) {
        learned[container] = nil
        containerEntities[container] = nil
    }

    /// Goes on with what was learned of a container before.
    public mutating func resume(_ container: String, with behaviours: Behaviours) {
        guard makeRoom(for: container) else { return }
        learned[container]?.merge(behaviours)
    }

    /// Notes with which content a program or library was seen in a container; nil: not known.
    public mutating func note(content: ContentDigest?, of path: PathBytes, in container: String) {
        learned[container]?.note(content: content, of: path)
    }

    /// Counts behaviours that never became records, as the sensor reports them.
    public mutating func note(losses count: Int, in dimension: Dimension, of container: String) {
        guard makeRoom(for: container) else {
            unattributed[dimension, default: 0] &+= max(0, count)
            return
        }
        learned[container]?.note(losses: count, in: dimension)
    }

    /// As `consume`, and gives what the record showed.
    public mutating func observe(_ record: Record) -> [Observation] {
        isObserving = true
        defer {
            isObserving = false
            observations.removeAll(keepingCapacity: true)
        }
        consume(record)
        return observations
    }

    public mutating func consume(_ record: Record) {
        if recording == nil { recording = Self.time(of: record) }
        switch record {
        case .header: reset()
        case .container(let container): insert(container)
        case .process(let process): processes.insert(process)
        case .file(let file):
            files.insert(
                LearnedFile(path: PathBytes(file.path), resourceType: file.resourceType),
                at: file.oid)
        case .processEvent(let event): consume(event)
        case .fileFlow(let flow): consume(flow)
        case .fileEvent(let event): consume(event)
        case .networkFlow(let flow): consume(flow)
        case .networkEvent(let event): consume(event)
        case .loss(let loss): consume(loss)
        case .processFlow, .pod, .kubernetesEvent, .verdict: break
        }
    }

    /// Entities are repeated with their old times, so they do not tell when a recording began.
    private static func time(of record: Record) -> Int64? {
        switch record {
        case .processEvent(let event): event.time
        case .fileFlow(let flow): flow.endTime
        case .fileEvent(let event): event.time
        case .networkFlow(let flow): flow.endTime
        case .networkEvent(let event): event.time
        default: nil
        }
    }

    /// A recorder's own word on what it did not see makes the dimension partial.
    private mutating func consume(_ loss: Loss) {
        let count = Int(clamping: loss.count)
        for dimension in Dimension.shown(byRecordsOf: loss.kind) {
            guard let container = loss.containerID else {
                // It may have been any container's.
                unattributed[dimension, default: 0] &+= count
                continue
            }
            if let wanted = options.container, !container.hasPrefix(wanted) { continue }
            note(losses: count, in: dimension, of: container)
        }
    }

    /// A new header begins a trace of its own: ids of the one before mean nothing in it.
    private mutating func reset() {
        recording = nil
        processes.removeAll()
        files.removeAll()
        for id in containerEntities.keys where learned[id] == nil { containerEntities[id] = nil }
    }

    private mutating func insert(_ container: Container) {
        guard containerEntities[container.id] != nil || containerEntities.count < options.containers
        else { return }
        containerEntities[container.id] = container
    }

    mutating func file(_ id: FileID) -> LearnedFile? { files.value(id) }

    /// The process and its container, if that is one to be learned. An unknown process is a loss.
    mutating func actor(_ id: ProcessID, _ dimension: Dimension) -> (LearnedProcess, String)? {
        guard processes.value(id) != nil else {
            loseUnattributed(dimension)
            return nil
        }
        return known(id)
    }

    /// As `actor`, of a process whose absence is no loss.
    mutating func known(_ id: ProcessID) -> (LearnedProcess, String)? {
        guard let process = processes.value(id), let container = process.container,
            !container.isEmpty
        else { return nil }
        if let wanted = options.container, !container.hasPrefix(wanted) { return nil }
        return (process, container)
    }

    mutating func loseUnattributed(_ dimension: Dimension) {
        unattributed[dimension, default: 0] += 1
    }

    mutating func makeRoom(for container: String) -> Bool {
        if learned[container] != nil { return true }
        guard learned.count < options.containers else { return false }
        let replica = Source.replica(ofContainer: container)
        learned[container] = Behaviours(
            limits: options.limits, source: Source(replica: replica, recording: recording ?? 0),
            unit: options.unit)
        return true
    }

    /// Something that the container went through.
    mutating func change(_ container: String, _ body: (inout Behaviours) -> Void) {
        guard let i = learned.index(forKey: container) else { return }
        learned.values[i].begin(recording: recording ?? 0)
        body(&learned.values[i])
    }

    /// - Parameters:
    ///   - isUse: only of what was opened before: any phase in which that may be done allows it.
    ///   - isDraw: false for the mere end of what was shown before.
    mutating func learn(
        _ behaviour: Behaviour, by subject: PathBytes, of process: ProcessID,
        in container: String, from: Int64, to: Int64, isUse: Bool = false, isDraw: Bool = true
    ) {
        let known = processes.value(process)
        let phase = known?.phase(at: from)
        if isObserving {
            observations.append(
                Observation(
                    container: container, process: process, subject: subject,
                    behaviour: behaviour, time: from,
                    phase: isUse ? nil : known?.judgedPhase(at: from)))
        }
        guard makeRoom(for: container), let i = learned.index(forKey: container) else {
            return loseUnattributed(behaviour.dimension)
        }
        learned.values[i].begin(recording: recording ?? 0)
        let isStartup = phase == .startup || phase == .serving && isUse
        learned.values[i].add(
            behaviour, by: subject, from: from, to: to, process: process, isDraw: isDraw,
            whileServing: !isStartup)
    }

    /// The process listens from then on.
    mutating func serve(_ process: ProcessID, in container: String, _ time: Int64) {
        guard processes.serve(process, from: time), makeRoom(for: container) else { return }
        learned[container]?.hasServed = true
    }
}

/// What the learner remembers of a file entity.
struct LearnedFile: Sendable {
    var path: PathBytes
    /// ASCII, see `SysFlow.File`.
    var resourceType: Int32
    var isUNIXSocket: Bool { resourceType == 0x75 }
}
