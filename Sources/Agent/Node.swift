public import Baseline
internal import Enforcement
internal import Events
public import Export
public import Flows
public import Kernel
public import Sensor
internal import SensorABI
public import SysFlow
public import Workloads

/// The sensor, the flow records and the profiles of one machine, driven by one loop.
///
/// Not safe for use from several threads. Everything in the kernel ends with it, unless it is
/// pinned.
public final class Node {
    public struct Configuration: Sendable {
        /// How often a lasting flow is exported, and when an idle one is dropped; nanoseconds.
        public var exportInterval: UInt64 = 30_000_000_000
        public var idleTimeout: UInt64 = 60_000_000_000
        /// Where what is in the kernel outlives this process; nil: it ends with it.
        public var pins: PinPlace?
        /// The sensor's object, for tests of upgrades; nil: the one that is compiled in.
        public var object: [UInt8]?
        /// Whether what every container does is wanted as flow records; else only of those that are
        /// learned.
        public var recordsFlows = true
        /// Where evidence of quarantined containers is kept; nil: none is.
        public var evidence: String?
        public init() {}
    }

    /// A container that could not be watched or bound, and why.
    public struct Refusal: Error, CustomStringConvertible {
        public var description: String
    }

    /// Alerts of one container in one second; more are counted in `alertsSuppressed`.
    public static let alertsPerSecond = 200
    /// How often the kernel's flow tables are searched for what lost records left there, and its
    /// tasks for those that got no identity.
    static let sweepInterval: UInt64 = 30_000_000_000
    /// Records after which `beat` is due.
    static let beatRecords = 1024

    public let hierarchy: CgroupHierarchy
    let cgroupGuard: CgroupGuard
    let sensor: Sensor
    /// How the kernel refuses what deviates, by `loadline doctor`'s name.
    public var attachMode: String { sensor.attachMode.rawValue }
    let policies: PolicyTable
    private(set) var ring: RingBuffer?
    /// What is left to do of a take-over, once the records that waited were taken.
    var resumption: Resumption?
    /// Flows that were announced to the agent before and begin anew here; nil: not counted yet.
    var flowsForgotten: Int?
    var assembler: FlowAssembler
    var counters: SensorCounters
    /// To change what is ours, by others; those that were told.
    var refusedAttempts: UInt64 = 0
    var lineage = LineageTable()
    var paths = PathResolver()
    let contents: ContentKeeper
    var contentNotes = ContentNotes()
    var containersBySlot: [UInt32: WatchedContainer] = [:]
    private var slotsByCgroup: [UInt64: UInt32] = [:]
    private var nextSlot: UInt32 = 1
    private var lastTick: UInt64 = 0
    private var lastSweep = Clock.boottime
    /// The kernel could not give every task of a container its identity at once.
    private var needsAdoption = false
    /// A breaker may have opened since they were looked at.
    private var breakerOpened = false
    /// Profiles whose open breaker was told of.
    var openBreakers: Set<UInt32> = []
    /// Frozen, and without evidence so far.
    var quarantined: [Quarantined] = []
    let evidence: String?
    private var recordsSinceBeat = 0
    let recordsFlows: Bool
    /// Since when nobody needed the return of system calls; nil: somebody does.
    var returnsIdleSince: UInt64?
    /// Why nobody looks there although somebody needs it.
    var returnsProblem: String?
    private var alertBudget: [UInt32: (second: UInt64, count: Int)] = [:]

    public private(set) var alertsSuppressed = 0
    /// Alerts of a container that was given up before they came.
    public private(set) var alertsWithoutContainer = 0
    public private(set) var malformedRecords = 0
    /// Entries of the kernel's flow tables whose process was gone without a record of it.
    public private(set) var flowsSwept = 0

    /// Contents that were not seen before who ran them went on, under profiles that only watch.
    public internal(set) var contentsUnseen = 0

    // These are called while records are taken: they keep what they are given, and never call
    // back here to watch, unwatch, drain or finish.
    public var onRecord: ((Record, WatchedContainer) -> Void)?
    public var onAlert: ((Alert) -> Void)?
    public var onAlarm: ((Alarm) -> Void)?
    /// A content that was asked for by `lookAtContent`; nil: it could not be read.
    public var onContent: ((WatchedContainer, PathBytes, ContentDigest?) -> Void)?
    public var onCgroup: ((CgroupChange) -> Void)?

    public init(_ configuration: Configuration = Configuration()) throws {
        try Requirements.check()
        hierarchy = try CgroupHierarchy.find()
        cgroupGuard = try CgroupGuard(hierarchy)
        sensor = try Sensor(
            cgroupRoot: hierarchy.mountPoint, pins: configuration.pins,
            object: configuration.object)
        policies = try PolicyTable(sensor.object)
        evidence = configuration.evidence
        recordsFlows = configuration.recordsFlows
        contents = try ContentKeeper(sensor.object)
        counters = SensorCounters(sensor)
        assembler = FlowAssembler(
            configuration: FlowAssembler.Configuration(
                realtimeOffset: Clock.realtimeOffset, exportInterval: configuration.exportInterval,
                idleTimeout: configuration.idleTimeout))
        ring = try sensor.records { [unowned self] bytes in self.take(bytes) }
    }

    // MARK: Containers

    public var containers: [WatchedContainer] {
        containersBySlot.values.sorted { $0.slot < $1.slot }
    }

    public func container(cgroupID: UInt64) -> WatchedContainer? {
        slotsByCgroup[cgroupID].flatMap { containersBySlot[$0] }
    }

    /// Begins to watch. The root cgroup, this program's own and what holds it are refused.
    /// - Parameter isRecorded: its flow records are wanted.
    public func watch(
        _ info: ContainerInfo, cgroupPath: String, isRecorded: Bool = false
    ) throws -> WatchedContainer {
        let id = try cgroupGuard.check(cgroupPath)
        if let slot = slotsByCgroup[id], let known = containersBySlot[slot] {
            known.info = info
            return known
        }
        guard let slot = freeSlot() else {
            throw Refusal(
                description: "cannot watch \(info.name): all \(LL_SLOTS - 1) container slots "
                    + "are taken; run one agent for fewer containers")
        }
        let container = WatchedContainer(
            slot: slot, cgroupID: id, cgroupPath: cgroupPath, info: info, since: Clock.boottime)
        container.isRecorded = isRecorded
        enter(container)
        do {
            seeReturnsIfNeeded(for: container)
            if info.awaitsStart { try startHold.await(cgroupID: id) }
            try sensor.watch(
                cgroupID: id, slot: slot, awaitsStart: info.awaitsStart || info.isStarting)
        } catch {
            forget(container)
            throw error
        }
        return container
    }

    /// From now on it is known here.
    func enter(_ container: WatchedContainer) {
        containersBySlot[container.slot] = container
        slotsByCgroup[container.cgroupID] = container.slot
        assembler.register(container: container.entity, slot: container.slot)
        nextSlot = container.slot + 1 == UInt32(LL_SLOTS) ? 1 : container.slot + 1
    }

    /// Ends watching: flows are exported, the kernel forgets the container.
    public func unwatch(_ container: WatchedContainer) throws {
        try drain()
        try sensor.unwatch(cgroupID: container.cgroupID, slot: container.slot)
        try drain()
        assembler.retire(
            slot: container.slot, now: Clock.boottime, counters: &counters, emit: emit)
        forget(container)
    }

    private func forget(_ container: WatchedContainer) {
        container.isAlive = false
        containersBySlot[container.slot] = nil
        slotsByCgroup[container.cgroupID] = nil
        alertBudget[container.slot] = nil
        lineage.forget(slot: container.slot)
        paths.forget(slot: container.slot)
        forgetContents(slot: container.slot)
    }

    /// What the kernel stopped before its first instruction.
    var startHold: StartHold { sensor.startHold }

    /// Looks for tasks of watched cgroups that are not known to be in one.
    public func adoptTasks() throws(KernelError) { try sensor.adoptTasks() }

    /// Now it is known who a container is that was watched before.
    public func identify(_ container: WatchedContainer, as info: ContainerInfo) {
        container.info = info
        assembler.rename(container: container.entity, slot: container.slot)
    }

    /// Processes of the container that live, wherever they were moved to.
    public func livingProcesses(of container: WatchedContainer) -> Int {
        assembler.runningProcesses(slot: container.slot).count { Processes.lives($0) }
    }

    public func statistics(_ container: WatchedContainer) throws -> Statistics {
        try sensor.statistics(slot: container.slot)
    }

    /// What was delivered and lost of no container: changes of cgroups.
    public func unattributedStatistics() throws -> Statistics { try sensor.statistics(slot: 0) }

    public var assemblerStatistics: FlowAssembler.Statistics { assembler.statistics }

    private func freeSlot() -> UInt32? {
        // Slots are taken in turn, so that a late record of a container that is gone
        // does not count for the next one.
        for _ in 1..<UInt32(LL_SLOTS) {
            let slot = nextSlot
            nextSlot = nextSlot + 1 == UInt32(LL_SLOTS) ? 1 : nextSlot + 1
            if containersBySlot[slot] == nil { return slot }
        }
        return nil
    }

    // MARK: The loop

    /// Waits up to `milliseconds` for records, takes them, and does what is due.
    public func turn(milliseconds: Int32 = 100) throws(KernelError) {
        let isHashing = contents.isBusy || !contentNotes.ahead.isEmpty
        try ring?.poll(milliseconds: isHashing ? min(milliseconds, 2) : milliseconds)
        if needsAdoption {
            needsAdoption = false
            try sensor.adoptTasks()
        }
        beat()
        try lookAtContents()
        try resumeIfDue()
        let now = Clock.boottime
        if now >= lastTick + 1_000_000_000 {
            lastTick = now
            breakerOpened = true
            lookAtReturns(now)
            assembler.tick(now: now, counters: &counters, emit: emit)
        }
        if breakerOpened {
            breakerOpened = false
            try lookAtBreakers()
        }
        if now >= lastSweep + Self.sweepInterval {
            lastSweep = now
            try sensor.adoptTasks()
            flowsSwept += try sensor.dropFlows { !Processes.lives(id: $0) }
        }
    }

    /// Drops the kernel's entries of flows that nobody here was told of.
    func forgetFlows(
        from keys: (files: [ll_file_flow_key], sockets: [ll_socket_flow_key])
    ) throws(KernelError) -> Int {
        try sensor.dropFlows(
            unknownFile: {
                !assembler.follows(
                    FileFlowKey(dentry: $0.dentry, tgid: $0.tgid, mode: $0.mode))
            },
            unknownSocket: { !assembler.follows(SocketFlowKey($0)) }, from: keys)
    }

    /// Takes what is in the ring now.
    public func drain() throws(KernelError) { try ring?.drain() }

    /// Exports every flow; records go out before it returns.
    public func finish() throws(KernelError) {
        try drain()
        try endContents()
        assembler.finish(now: Clock.boottime, counters: &counters, emit: emit)
    }

    private func take(_ bytes: RawSpan) {
        recordsSinceBeat += 1
        if recordsSinceBeat >= Self.beatRecords { beat() }
        do throws(DecodeError) {
            let event = try decode(bytes)
            switch event {
            case .verdict(let verdict): tell(Judged(verdict))
            case .fileOperation(let operation): changed(operation)
            case .cgroup(let cgroup):
                cgroupChanged(cgroup)
            default:
                if case .exec(let exec) = event { noteStart(exec) }
                lineage.consume(event)
                assembler.consume(event, counters: &counters, emit: emit)
            }
        } catch {
            malformedRecords += 1
        }
    }

    /// Says to the kernel that starts may be held, as somebody is there to let them go. Draining a
    /// full ring takes a while, so it is said in between too.
    func beat() {
        recordsSinceBeat = 0
        // Where it cannot be said, starts are not held, and that is counted.
        try? startHold.beat(now: Clock.boottime)
        try? contents.table.beat(now: Clock.boottime)
    }

    private func noteStart(_ exec: ExecEvent) {
        guard exec.flags.contains(.setup),
            let container = containersBySlot[exec.header.slot], container.startedAt == nil
        else { return }
        container.startedAt = exec.header.boottime
        lookAhead(container)
    }

    private func cgroupChanged(_ event: CgroupEvent) {
        if event.operation == LL_CGROUP_TASK_JOINED {
            needsAdoption = true
            return
        }
        // It only wakes the loop, which looks for itself: the record might have been lost.
        if event.operation == LL_CGROUP_START_HELD || event.operation == LL_CGROUP_CONTENT_HELD {
            return
        }
        onCgroup?(
            CgroupChange(
                id: event.header.cgroupID, path: LineageTable.text(event.path),
                isMade: event.operation == LL_CGROUP_MADE, time: event.header.boottime))
    }

    func emit(_ record: Record, _ slot: UInt32) {
        guard let container = containersBySlot[slot] else { return }
        onRecord?(record, container)
    }

    // MARK: Alerts

    func tell(_ event: Judged) {
        if event.isOverBudget { breakerOpened = true }
        if event.asksForQuarantine { quarantine(event) }
        guard onAlert != nil || onRecord != nil else { return }
        guard let container = containersBySlot[event.header.slot] else {
            alertsWithoutContainer += 1
            return
        }
        let second = event.header.boottime / 1_000_000_000
        var budget = alertBudget[container.slot] ?? (second, 0)
        if budget.second != second { budget = (second, 0) }
        budget.count += 1
        alertBudget[container.slot] = budget
        guard budget.count <= Self.alertsPerSecond else {
            alertsSuppressed += 1
            return
        }
        let builder = AlertBuilder(
            container: container, lineage: lineage.lineage(of: event.header.process),
            finding: finding(event.header.slot, event.object),
            realtimeOffset: assembler.configuration.realtimeOffset)
        guard let alert = builder.alert(event) else { return }
        onAlert?(alert)
        guard onRecord != nil else { return }
        assembler.note(
            alert.record, event.header, counters: &counters, emit: emit)
    }
}
