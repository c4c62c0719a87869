/// Lets an output begin in the middle of a trace: gives the entities that its records cite again
/// before them.
///
/// Entities stand once in a trace, and every one precedes what cites it. Whoever cuts a trace into
/// files, or hands it to a reader that comes later, asks here what has to go before a record:
///
///     guard let plan = repeater.plan(for: record) else { ... }  // it cites what is not known
///     for entity in plan.repeated { write(entity); repeater.repeated(entity) }
///     write(plan.record); repeater.gave(record)
///
/// Every record of the trace is to be told, in order: with `gave` if the output got it, else with
/// `passed`. A header among them means that a new trace begins: what came before is forgotten.
///
/// A repeated process or file has the state REUP, or MODIFIED where the output has an older state
/// of it: sf-processor prefers CREATED to REUP, whichever came last.
public struct EntityRepeater: Sendable {
    /// How much is kept. At a limit the entity that was not cited for longest is forgotten, of
    /// processes those that ended first; what cites it later cannot be given to an output.
    public struct Limits: Hashable, Sendable {
        /// Containers, and as many pods.
        public var containers: Int
        /// Processes that run, and as many that ended.
        public var processes: Int
        public var files: Int
        /// `Record.footprint` of each of the five kinds.
        public var bytes: Int

        /// The numbers are twice those of `FlowAssembler.Limits`, of one container: what can still
        /// be cited without being given anew is there.
        public init(
            containers: Int = 4096, processes: Int = 8192, files: Int = 32768, bytes: Int = 64 << 20
        ) {
            self.containers = containers
            self.processes = processes
            self.files = files
            self.bytes = bytes
        }
    }

    /// What goes out for a record.
    public struct Plan: Hashable, Sendable {
        /// Entities that go before it, each behind what it cites.
        public var repeated: [Record]
        /// The record. A process has no parent in it if that cannot be given.
        public var record: Record
    }

    /// Ancestors of a process that are repeated with it; further ones are left out.
    static let ancestors = 64

    /// Parents that a process was given without since they were no longer known.
    public private(set) var parentsLeftOut = 0
    private var table: RepeatableEntities
    private var output: UInt32 = 1
    private var planNumber: UInt64 = 0
    private var list: [Record] = []

    public init(_ limits: Limits = Limits()) { table = RepeatableEntities(limits) }

    /// Entities that were forgotten at a limit.
    public var evicted: Int { table.evicted }

    /// A new output begins, which has no entity yet.
    public mutating func beginOutput() { output &+= 1 }

    /// What the output has to be given for a record; nil if that cites an entity that is not
    /// known: never given, or forgotten at a limit.
    public mutating func plan(for record: Record) -> Plan? {
        planNumber += 1
        list.removeAll(keepingCapacity: true)
        var record = record
        let isPossible: Bool
        switch record {
        case .header, .pod, .kubernetesEvent: return Plan(repeated: [], record: record)
        case .container(let value):
            addPod(value.podID)
            isPossible = true
        case .process(var value):
            isPossible = addContainer(value.containerID)
            if let parent = value.parent, parent == value.oid || !add(parent, isCited: false) {
                value.parent = nil
                parentsLeftOut += 1
                record = .process(value)
            }
        case .file(let value): isPossible = addContainer(value.containerID)
        case .processEvent(let value): isPossible = add(value.process)
        case .networkFlow(let value): isPossible = add(value.process)
        case .networkEvent(let value): isPossible = add(value.process)
        case .processFlow(let value): isPossible = add(value.process)
        case .verdict(let value): isPossible = add(value.process)
        case .loss(let value): isPossible = addContainer(value.containerID)
        case .fileFlow(let value): isPossible = add(value.process) && add(value.file)
        case .fileEvent(let value):
            isPossible =
                add(value.process) && add(value.file) && (value.newFile.map { add($0) } ?? true)
        }
        return isPossible ? Plan(repeated: list, record: record) : nil
    }

    /// The output got an entity of a plan's `repeated`.
    public mutating func repeated(_ record: Record) {
        switch record {
        case .container(let value):
            if let index = table.containers.index(of: value.id) {
                table.containers.update(index) { $0.mark(output) }
            }
        case .pod(let value):
            if let index = table.pods.index(of: value.id) {
                table.pods.update(index) { $0.mark(output) }
            }
        case .process(let value):
            if let place = table.place(of: value.oid) { table.update(place) { $0.mark(output) } }
        case .file(let value):
            if let index = table.files.index(of: value.oid) {
                table.files.update(index) { $0.mark(output) }
            }
        default: break
        }
    }

    /// The output got the record: as the trace has it, not as the plan has it.
    public mutating func gave(_ record: Record) { note(record, isGiven: true) }

    /// The record went by and the output did not get it. An entity is kept, and repeated before
    /// what cites it.
    public mutating func passed(_ record: Record) { note(record, isGiven: false) }

    private mutating func note(_ record: Record, isGiven: Bool) {
        switch record {
        case .header: table.removeAll()
        case .container(let value):
            let old = table.containers.index(of: value.id).map { table.containers[$0].output }
            table.containers.set(
                entry(value, old, isGiven), cost: record.footprint, at: value.id)
        case .pod(let value):
            let old = table.pods.index(of: value.id).map { table.pods[$0].output }
            table.pods.set(entry(value, old, isGiven), cost: record.footprint, at: value.id)
        case .process(let value):
            let old = table.place(of: value.oid).map { table[$0].output }
            table.set(entry(value, old, isGiven), cost: record.footprint)
        case .file(let value):
            let old = table.files.index(of: value.oid).map { table.files[$0].output }
            table.files.set(entry(value, old, isGiven), cost: record.footprint, at: value.oid)
        case .processEvent(let value):
            if value.operations.contains(.exit), value.tid == value.process.hostPID {
                table.end(value.process)
            }
        case .networkFlow, .fileFlow, .fileEvent, .networkEvent, .processFlow, .kubernetesEvent,
            .loss, .verdict:
            break
        }
    }

    private func entry<Entity>(
        _ entity: Entity, _ old: UInt32?, _ isGiven: Bool
    ) -> RepeatableEntities.Entry<Entity> {
        .init(entity: entity, output: isGiven ? output : old ?? 0, isCurrent: isGiven)
    }
}

/// Adding to the plan what the output lacks. Each says whether the output then has the entity.
extension EntityRepeater {
    private mutating func addContainer(_ id: String?) -> Bool {
        guard let id else { return true }
        guard let index = table.containers.index(of: id) else { return false }
        table.containers.use(index)
        let entry = table.containers[index]
        if entry.isCurrent(in: output) || entry.plan == planNumber { return true }
        addPod(entry.entity.podID)
        table.containers.update(index) { $0.plan = planNumber }
        list.append(.container(entry.entity))
        return true
    }

    /// Runtimes' state names pods that no record describes: a pod that is not known is no fault.
    private mutating func addPod(_ id: String?) {
        guard let id, let index = table.pods.index(of: id) else { return }
        table.pods.use(index)
        let entry = table.pods[index]
        if entry.isCurrent(in: output) || entry.plan == planNumber { return }
        table.pods.update(index) { $0.plan = planNumber }
        list.append(.pod(entry.entity))
    }

    private mutating func add(_ id: FileID) -> Bool {
        guard let index = table.files.index(of: id) else { return false }
        table.files.use(index)
        let entry = table.files[index]
        let hasContainer = addContainer(entry.entity.containerID)
        if entry.isCurrent(in: output) || entry.plan == planNumber { return true }
        guard hasContainer else { return false }
        table.files.update(index) { $0.plan = planNumber }
        var file = entry.entity
        file.state = state(of: entry)
        list.append(.file(file))
        return true
    }

    /// - Parameter isCited: a flow or event cites it, not only a child.
    private mutating func add(_ id: ProcessID, isCited: Bool = true) -> Bool {
        guard let place = table.place(of: id) else { return false }
        if isCited { table.use(id, at: place) }
        var chain: [ProcessID] = []
        var next: ProcessID? = id
        while let id = next, chain.count < Self.ancestors, let place = table.place(of: id) {
            let entry = table[place]
            // The plan's mark also ends a circle.
            if entry.isCurrent(in: output) || entry.plan == planNumber { break }
            table.update(place) { $0.plan = planNumber }
            chain.append(id)
            next = entry.entity.parent
        }
        guard !chain.isEmpty else {
            if let place = table.place(of: id) { _ = addContainer(table[place].entity.containerID) }
            return true
        }
        var isThere = false
        for id in chain.reversed() { isThere = append(id) }
        return isThere
    }

    private mutating func append(_ id: ProcessID) -> Bool {
        guard let place = table.place(of: id) else { return false }
        let entry = table[place]
        guard addContainer(entry.entity.containerID) else { return false }
        var process = entry.entity
        process.state = state(of: entry)
        if let parent = process.parent, !isThere(parent) {
            process.parent = nil
            parentsLeftOut += 1
        }
        list.append(.process(process))
        return true
    }

    /// Whether the output has some state of the process, or gets one by the plan.
    private func isThere(_ id: ProcessID) -> Bool {
        if let place = table.place(of: id), table[place].output == output { return true }
        return list.contains {
            if case .process(let listed) = $0 { listed.oid == id } else { false }
        }
    }

    private func state<Entity>(of entry: RepeatableEntities.Entry<Entity>) -> ObjectState {
        entry.output == output ? .modified : .reup
    }
}

extension RepeatableEntities.Entry {
    /// The output got the newest state of it.
    fileprivate mutating func mark(_ output: UInt32) {
        self.output = output
        isCurrent = true
    }
}
