/// Joins events and flows with the entities that they cite, as the public tools do: a header
/// forgets all entities; a process is known by its id, its container by the container's id, its
/// pod through the container, a file by its id.
///
///     var tables = EntityTables()
///     while let record = reader.next() {
///         guard let occurrence = tables.join(record) else { continue }
///         if let place = occurrence.process { ... tables.processes.values[Int(place.slot)] ... }
///     }
///
/// Memory is bounded by `EntityLimits`. Entities stand in numbered slots with versions, so that
/// what is made of one can be kept by its slot and used again while the version is the same.
public struct EntityTables: ~Copyable, Sendable {
    /// Citations that led to no entity, by what they cited.
    public struct Unresolved: Hashable, Sendable {
        public var processes = 0
        public var parents = 0
        public var containers = 0
        public var pods = 0
        public var files = 0
    }

    private struct ProcessLinks: Sendable {
        var parent = SlotTable<ProcessID, Process>.Link()
        var container = SlotTable<String, Container>.Link()
    }

    public private(set) var header: Header?
    /// Another number for each header, and for none.
    public private(set) var headerVersion: UInt64 = 0
    public private(set) var processes: SlotTable<ProcessID, Process>
    public private(set) var files: SlotTable<FileKey, File>
    public private(set) var containers: SlotTable<String, Container>
    public private(set) var pods: SlotTable<String, Pod>
    /// What was joined last of the kinds that have text of their own.
    private var kubernetesEvent: KubernetesEvent?
    private var verdict: VerdictRecord?
    private var loss: Loss?
    /// Over all that was joined, headers notwithstanding.
    public private(set) var unresolved = Unresolved()
    /// Entities that were forgotten for lack of room, headers notwithstanding.
    public var forgotten: Int { forgottenBefore + forgottenSince }

    private var processLinks: [ProcessLinks] = []
    private var podLinks: [SlotTable<String, Pod>.Link] = []
    private var version: UInt64 = 0
    private var forgottenBefore = 0
    private var forgottenSince: Int {
        processes.forgotten + files.forgotten + containers.forgotten + pods.forgotten
    }

    /// - Parameter scale: divides the limits; for tests.
    init(scale: Int) {
        processes = SlotTable(
            limit: EntityLimits.processBytes / scale, vacant: .vacant, hints: 1 << 10)
        files = SlotTable(
            limit: EntityLimits.fileBytes / scale, vacant: .vacant, hints: 1 << 13)
        containers = SlotTable(limit: EntityLimits.containerBytes / scale, vacant: .vacant)
        pods = SlotTable(limit: EntityLimits.podBytes / scale, vacant: .vacant)
    }

    public init() { self.init(scale: 1) }

    /// Forgets the header and all entities: another file begins.
    public mutating func reset() {
        forgottenBefore += forgottenSince
        processes.reset()
        files.reset()
        containers.reset()
        pods.reset()
        processLinks.removeAll()
        podLinks.removeAll()
        header = nil
        version += 1
        headerVersion = version
    }

    /// Takes an entity in, or joins an event or flow.
    ///
    /// - Returns: nil for an entity.
    public mutating func join(_ record: Record) -> Occurrence? {
        var occurrence = Occurrence()
        return join(record, into: &occurrence) ? occurrence : nil
    }

    /// Takes an entity in, or joins an event or flow, which then stands in `occurrence`.
    ///
    /// - Returns: false for an entity; `occurrence` is unchanged.
    public mutating func join(_ record: Record, into occurrence: inout Occurrence) -> Bool {
        switch record {
        case .fileFlow(let value): join(value, into: &occurrence)
        case .networkFlow(let value): join(value, into: &occurrence)
        case .processEvent(let value): join(value, into: &occurrence)
        case .fileEvent(let value): join(value, into: &occurrence)
        case .networkEvent(let value): join(value, into: &occurrence)
        case .processFlow(let value): join(value, into: &occurrence)
        case .kubernetesEvent(let value):
            occurrence = Occurrence(.kubernetesEvent, time: value.time)
            kubernetesEvent = value
        case .process(let value):
            store(value)
            return false
        case .file(let value):
            version += 1
            _ = files.store(value, for: FileKey(value.oid), cost: value.cost, version: version)
            return false
        case .container(let value):
            store(value)
            return false
        case .pod(let value):
            version += 1
            _ = pods.store(value, for: value.id, cost: value.cost, version: version)
            return false
        case .header(let value):
            reset()
            header = value
            return false
        case .verdict(let value):
            occurrence = Occurrence(.verdict, time: value.time)
            occurrence.tid = value.tid
            cite(value.process, by: &occurrence)
            verdict = value
        case .loss(let value):
            occurrence = Occurrence(.loss, time: value.time)
            loss = value
            if let slot = value.containerID.flatMap({ containers.slot(of: $0) }) {
                occurrence.container = place(slot, in: containers)
            }
        }
        return true
    }

    // Of an occurrence that is no longer the newest of its kind these give another one's.

    /// Of the newest occurrence, where it is one of Kubernetes.
    public func kubernetesEvent(of occurrence: Occurrence) -> KubernetesEvent? {
        occurrence.kind == .kubernetesEvent ? kubernetesEvent : nil
    }

    /// Of the newest occurrence, where it is a verdict.
    public func verdict(of occurrence: Occurrence) -> VerdictRecord? {
        occurrence.kind == .verdict ? verdict : nil
    }

    /// Of the newest occurrence, where it is a loss.
    public func loss(of occurrence: Occurrence) -> Loss? {
        occurrence.kind == .loss ? loss : nil
    }

    /// The slot of a process's parent; nil where it is not known.
    public func parent(of slot: Int32) -> Int32? {
        processes.values[Int(slot)].parent.flatMap { processes.slot(of: $0) }
    }

    private mutating func store(_ process: Process) {
        version += 1
        let slot = processes.store(
            process, for: process.oid, cost: process.cost, version: version)
        if Int(slot) == processLinks.count {
            processLinks.append(ProcessLinks())
        } else {
            processLinks[Int(slot)] = ProcessLinks()
        }
    }

    private mutating func store(_ container: Container) {
        version += 1
        let slot = containers.store(
            container, for: container.id, cost: container.cost, version: version)
        if Int(slot) == podLinks.count {
            podLinks.append(SlotTable<String, Pod>.Link())
        } else {
            podLinks[Int(slot)] = SlotTable<String, Pod>.Link()
        }
    }

    // MARK: Citations

    private mutating func cite(_ id: ProcessID, by occurrence: inout Occurrence) {
        let slot = processes.find(id, hint: id.hint)
        guard slot >= 0 else {
            unresolved.processes += 1
            return
        }
        occurrence.process = place(slot, in: processes)
        if let parent = processes.values[Int(slot)].parent {
            let found = processes.follow(&processLinks[Int(slot)].parent, to: parent)
            if found >= 0 {
                occurrence.parent = place(found, in: processes)
            } else {
                unresolved.parents += 1
            }
        }
        if let id = processes.values[Int(slot)].containerID {
            citeContainer(id, of: slot, by: &occurrence)
        }
    }

    private mutating func citeContainer(
        _ id: String, of process: Int32, by occurrence: inout Occurrence
    ) {
        let slot = containers.follow(&processLinks[Int(process)].container, to: id)
        guard slot >= 0 else {
            unresolved.containers += 1
            return
        }
        occurrence.container = place(slot, in: containers)
        guard let podID = containers.values[Int(slot)].podID else { return }
        let pod = pods.follow(&podLinks[Int(slot)], to: podID)
        if pod >= 0 {
            occurrence.pod = place(pod, in: pods)
        } else {
            unresolved.pods += 1
        }
    }

    private mutating func cite(_ id: FileID) -> Occurrence.Place? {
        let key = FileKey(id)
        let slot = files.find(key, hint: key.first)
        guard slot >= 0 else {
            unresolved.files += 1
            return nil
        }
        return place(slot, in: files)
    }

    private func place<Key, Value>(
        _ slot: Int32, in table: SlotTable<Key, Value>
    ) -> Occurrence.Place {
        Occurrence.Place(slot: slot, version: table.slots[Int(slot)].version)
    }

    // MARK: Events and flows

    private mutating func join(_ flow: FileFlow, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.fileFlow, time: flow.time, operations: flow.operations)
        occurrence.endTime = flow.endTime
        occurrence.tid = flow.tid
        occurrence.fd = flow.fd
        occurrence.openFlags = flow.openFlags
        occurrence.volume = flow.volume
        cite(flow.process, by: &occurrence)
        occurrence.file = cite(flow.file)
    }

    private mutating func join(_ flow: NetworkFlow, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.networkFlow, time: flow.time, operations: flow.operations)
        occurrence.endTime = flow.endTime
        occurrence.tid = flow.tid
        occurrence.fd = flow.fd
        occurrence.endpoints = Occurrence.Endpoints(
            source: flow.source, sourcePort: flow.sourcePort, destination: flow.destination,
            destinationPort: flow.destinationPort, proto: flow.proto)
        occurrence.volume = flow.volume
        cite(flow.process, by: &occurrence)
    }

    private mutating func join(_ event: ProcessEvent, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.processEvent, time: event.time, operations: event.operations)
        occurrence.tid = event.tid
        occurrence.result = event.result
        cite(event.process, by: &occurrence)
    }

    private mutating func join(_ event: FileEvent, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.fileEvent, time: event.time, operations: event.operations)
        occurrence.tid = event.tid
        occurrence.result = event.result
        cite(event.process, by: &occurrence)
        occurrence.file = cite(event.file)
        if let newFile = event.newFile { occurrence.newFile = cite(newFile) }
    }

    private mutating func join(_ event: NetworkEvent, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.networkEvent, time: event.time, operations: event.operations)
        occurrence.tid = event.tid
        occurrence.result = event.result
        occurrence.endpoints = Occurrence.Endpoints(
            source: event.source, sourcePort: event.sourcePort, destination: event.destination,
            destinationPort: event.destinationPort, proto: event.proto)
        cite(event.process, by: &occurrence)
    }

    private mutating func join(_ flow: ProcessFlow, into occurrence: inout Occurrence) {
        occurrence = Occurrence(.processFlow, time: flow.time, operations: flow.operations)
        occurrence.endTime = flow.endTime
        occurrence.threads = Occurrence.Threads(
            cloned: flow.threadsCloned, exited: flow.threadsExited, errors: flow.cloneErrors)
        cite(flow.process, by: &occurrence)
    }
}

// MARK: Hints and empty values

extension ProcessID {
    fileprivate var hint: UInt64 {
        let bits = UInt64(bitPattern: createTime) ^ UInt64(bitPattern: hostPID) << 20
        return (bits &* 0x9e37_79b9_7f4a_7c15) >> 40
    }
}

/// A file's id in words, which are compared more quickly than bytes.
public struct FileKey: Hashable, Sendable {
    fileprivate let first: UInt64
    private let second: UInt64
    private let third: UInt32

    public init(_ id: FileID) {
        var words: (UInt64, UInt64, UInt32) = (0, 0, 0)
        for i in 0..<8 { words.0 |= UInt64(id.bytes[i]) << UInt64(8 * i) }
        for i in 0..<8 { words.1 |= UInt64(id.bytes[8 + i]) << UInt64(8 * i) }
        for i in 0..<4 { words.2 |= UInt32(id.bytes[16 + i]) << UInt32(8 * i) }
        (first, second, third) = words
    }

    public func hash(into hasher: inout Hasher) {
        // A SHA-1 is uniformly distributed: eight bytes are enough to spread.
        hasher.combine(first)
    }
}

extension Process {
    fileprivate static let vacant = Process(
        state: .created, oid: ProcessID(createTime: 0, hostPID: 0), parent: nil, time: 0, exe: "",
        exeArgs: "", uid: 0, gid: 0, containerID: nil)
}

extension File {
    fileprivate static let vacant = File(
        state: .created, oid: FileID(bytes: [20 of UInt8](repeating: 0)), time: 0, resourceType: 0,
        path: "", containerID: nil)
}

extension Container {
    fileprivate static let vacant = Container(
        id: "", name: "", image: "", imageID: "", type: .docker, privileged: false)
}

extension Pod {
    fileprivate static let vacant = Pod(
        time: 0, id: "", name: "", nodeName: "", hostIP: [], internalIP: [], namespace: "",
        restartCount: 0, labels: [:], selectors: [:], services: [])
}
