public import Events
internal import SensorABI
public import SysFlow

/// Makes SysFlow records of the sensor's events and of the kernel's counters, for many
/// containers at once.
///
/// Records are handed to `emit` with the slot of their container. For each slot, and so for all
/// slots together, every entity precedes what cites it. Times of events and of `now` are
/// nanoseconds of CLOCK_BOOTTIME; those of records are nanoseconds since the Unix epoch.
public struct FlowAssembler: ~Copyable {
    public typealias Emit = (_ record: Record, _ slot: UInt32) -> Void

    /// What became of an event.
    public enum Disposition: Hashable, Sendable {
        /// It went into flows and records.
        case assembled
        /// Verdicts and cgroup changes are not records: they are the caller's.
        case notARecord
        /// Its container is not registered, or it contradicts itself; counted.
        case dropped
    }

    public let configuration: Configuration
    public internal(set) var statistics = Statistics()

    /// By slot.
    var containers: [ContainerEntry] = []

    var processes = Slab<ProcessEntry>()
    var processLinks = IndexLinks()
    var processIndex = HashIndex()

    var files = Slab<FileEntry>()
    var fileLinks = IndexLinks()
    var fileIndex = HashIndex()

    var flows = Slab<Flow>()
    var flowIndex = HashIndex()
    /// Flows of a container, oldest first.
    var flowAge = IndexLinks()
    /// Flows of a process.
    var flowProcess = IndexLinks()
    var wheel: DueWheel

    let hash: ByteHash
    /// Used again by each call, empty in between.
    var due: [Int32] = []
    var lineage: [Int32] = []

    /// `hashSeed` is chosen at random where it is not given.
    public init(configuration: Configuration, hashSeed: UInt64? = nil) {
        self.configuration = configuration
        wheel = DueWheel(horizon: max(configuration.exportInterval, configuration.idleTimeout))
        hash = ByteHash(seed: hashSeed ?? UInt64.random(in: 0 ... .max))
    }

    /// Takes one event. The counters are read where it ends a flow or an image.
    @discardableResult
    public mutating func consume(
        _ event: borrowing Event, counters: inout some CounterSource & ~Copyable, emit: Emit
    ) -> Disposition {
        statistics.events += 1
        switch event {
        case .verdict, .cgroup: return .notARecord
        default: break
        }
        let header = event.header
        guard isRegistered(header.slot) else {
            statistics.unknownSlot += 1
            return .dropped
        }
        makeRoom(in: header.slot, now: header.boottime, counters: &counters, emit: emit)
        switch event {
        case .fork(let event): return fork(event, header, &counters, emit)
        case .exec(let event): exec(event, header, &counters, emit)
        case .process(let event): snapshot(event, header, &counters, emit)
        case .exit(let event): exit(event, header, &counters, emit)
        case .credentials(let event): credentials(event, header, &counters, emit)
        case .namespace(let event): namespace(event, header, &counters, emit)
        case .act(let event): return act(event, header, &counters, emit)
        case .fileOpen(let event): open(event, header, &counters, emit)
        case .fileOperation(let event): operate(NameChange(event), &counters, emit)
        case .fileEnd(let event):
            end(.file(event.key), header, event.counters, emit)
        case .socketOpen(let event): open(event, header, &counters, emit)
        case .socketEnd(let event):
            end(.socket(event.key), header, event.counters, emit)
        case .socketOperation(let event): operate(event, header, &counters, emit)
        case .verdict, .cgroup: return .notARecord
        }
        return .assembled
    }

    /// As above, for a call whose paths were resolved since.
    @discardableResult
    public mutating func consume(
        _ change: NameChange, counters: inout some CounterSource & ~Copyable, emit: Emit
    ) -> Disposition {
        statistics.events += 1
        let header = change.header
        guard isRegistered(header.slot) else {
            statistics.unknownSlot += 1
            return .dropped
        }
        makeRoom(in: header.slot, now: header.boottime, counters: &counters, emit: emit)
        operate(change, &counters, emit)
        return .assembled
    }
}

extension FlowAssembler {
    /// Whether a flow of the kernel's tables was announced and has not ended.
    public func follows(_ key: FileFlowKey) -> Bool { find(.file(key)) != nil }
    public func follows(_ key: SocketFlowKey) -> Bool { find(.socket(key)) != nil }

    /// The time since the Unix epoch.
    func epoch(_ boottime: UInt64) -> Int64 {
        let (sum, overflow) = Int64(clamping: boottime).addingReportingOverflow(
            configuration.realtimeOffset)
        return overflow ? .max : sum
    }

    func processID(_ key: ProcessKey) -> ProcessID {
        ProcessID(createTime: epoch(key.start), hostPID: Int64(key.tgid))
    }

    /// Whether a container is registered in the slot.
    func isRegistered(_ slot: UInt32) -> Bool {
        slot < UInt32(containers.count) && containers[Int(slot)].isRegistered
    }
}
