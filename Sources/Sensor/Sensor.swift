public import Kernel
public import SensorABI

/// The kernel side, loaded and attached: containers are entered, records come out.
///
/// Not safe for use from several threads: one loop owns it.
public final class Sensor {
    public let attachMode: AttachMode
    /// Whether every change of names and attributes is judged before it takes effect.
    public let hasNameGates: Bool
    public let object: BPFObject
    public let startHold: StartHold
    private let links: [BPFLink]
    /// That of `returnProgram`; nil: nothing hangs there.
    var returnLink: BPFLink?
    /// It was taken away while no agent ran.
    private(set) var returnAlarm: String?
    let pinned: PinnedObject?
    private let seed: BPFLink
    let containers: BPFMap
    let containerState: BPFMap
    private let statisticsMap: BPFMap
    let fileFlows: BPFMap
    let socketFlows: BPFMap

    private static let seedProgram = "on_seed"
    private static let addressPrograms = [
        "on_connect4", "on_connect6", "on_sendmsg4", "on_sendmsg6", "on_bind4", "on_bind6",
        "on_socket_create",
    ]
    private static let receivePrograms = ["on_recvmsg4", "on_recvmsg6"]
    /// In the order of attaching: identity is handed on before anything else is seen.
    private static let tracingPrograms = [
        "on_fork", "on_exit", "on_exec", "on_cgroup_attach", "on_cgroup_mkdir", "on_cgroup_rmdir",
        "on_socket_state", "on_signal",
    ]

    /// Loads and attaches everything, or takes over what is pinned. `cgroupRoot` is where cgroup
    /// v2 is mounted: the hooks hang there once for all containers and answer for watched ones only.
    /// - Parameters:
    ///   - attachMode: nil: the strongest that this kernel was seen to have.
    ///   - pins: where maps and links outlive this process; nil: they end with it.
    ///   - bytes: the object; nil: the one that is compiled in.
    public init(
        cgroupRoot: String, attachMode: AttachMode? = nil, pins: PinPlace? = nil,
        object bytes: [UInt8]? = nil
    ) throws(KernelError) {
        let mode = attachMode ?? .strongest()
        self.attachMode = mode
        hasNameGates = mode.missingNameHooks.isEmpty
        let bytes = bytes ?? EmbeddedObjects.sensor
        object = try BPFObject(bytes: bytes, name: "loadline")
        let (attachments, optional) = Self.attachments(mode)
        for program in optional { try object.setLoaded(program, true) }
        let made: [String: BPFLink]
        if let pins {
            var build = Fingerprint()
            build.add(bytes)
            let taken = try PinnedObject(
                object, build: build.text + "-" + mode.rawValue, at: pins, attachments,
                cgroupRoot: cgroupRoot)
            pinned = taken
            made = taken.links
        } else {
            pinned = nil
            try object.load()
            var all: [String: BPFLink] = [:]
            for attachment in attachments {
                all[attachment.program] = try object.attach(attachment, cgroupRoot: cgroupRoot)
            }
            made = all
        }
        containers = try object.map("containers")
        containerState = try object.map("container_state")
        statisticsMap = try object.map("statistics")
        fileFlows = try object.map("file_flows")
        socketFlows = try object.map("socket_flows")
        guard let seed = made[Self.seedProgram], let judge = made[StartHold.judgeProgram] else {
            throw .unusable("find the links of iterators", remedy: "this is a fault")
        }
        self.seed = seed
        startHold = try StartHold(object, judge: judge)
        returnLink = made[Self.returnProgram]
        links = made.filter { $0.key != Self.returnProgram }.map(\.value)
        if isTakenOver, !seesReturns, try Self.returnsWereSeen(object) {
            returnAlarm =
                "without an agent \(Self.returnProgram) was detached, or its pin removed: what was "
                + "only flagged since may be untold"
        }
        try note(seesReturns: seesReturns)
    }

    /// What is attached, in order, and which of it is not loaded unless asked for.
    private static func attachments(_ mode: AttachMode) -> ([Attachment], optional: [String]) {
        // In mode `signal` nothing else judges an exec: loading says what is missing.
        let preparing = mode == .signal || AttachMode.hasPrepareExec ? ["on_prepare_exec"] : []
        let judging =
            preparing + mode.gates + mode.actTracepoints + mode.exits + AttachMode.ringPrograms
        // What a gate judges is not judged once more where the address is known.
        let cgroupPrograms =
            (mode == .signal ? addressPrograms : [])
            + (mode == .signal || AttachMode.hasCgroupHooks ? receivePrograms : [])
        let attachments =
            [Attachment(program: seedProgram), Attachment(program: StartHold.judgeProgram)]
            + cgroupPrograms.map { Attachment(program: $0, isAtCgroup: true) }
            + (tracingPrograms + judging).map { Attachment(program: $0) }
            + [Attachment(program: returnProgram, isAlways: mode == .signal)]
        return (attachments, judging + cgroupPrograms)
    }

    /// The ring of records.
    public func records(
        consumer: @escaping RingBuffer.Consumer
    ) throws(KernelError) -> RingBuffer {
        try RingBuffer(try object.map("ring"), consumer: consumer)
    }

    /// Begins to watch a cgroup as the container in `slot`, tasks that run in it included.
    /// - Parameter awaitsStart: the container's entry point may not have been started yet: tasks
    ///   are the runtime's where they run its programs.
    public func watch(
        cgroupID: UInt64, slot: UInt32, awaitsStart: Bool
    ) throws(KernelError) {
        try statisticsMap.set(slot, to: ll_statistics())
        try containerState.set(slot, to: UInt64(LL_CONTAINER_WATCHED))
        // Before the container is there: an agent that is killed here leaves it to be read.
        try enter(cgroupID, slot, asking: awaitsStart ? slot : slot | LL_SEEDING_RUNNING)
    }

    private func enter(
        _ cgroupID: UInt64, _ slot: UInt32, asking: UInt32
    ) throws(KernelError) {
        let seeding = try object.map("seeding")
        try seeding.set(UInt32(0), to: asking)
        try containers.set(cgroupID, to: slot)
        try seed.runIterator()
        try seeding.set(UInt32(0), to: UInt32(0))
    }

    /// Tells of every process that is held already, by PROCESS records; for a new agent.
    public func reportHeld() throws(KernelError) {
        let seeding = try object.map("seeding")
        try seeding.set(UInt32(0), to: LL_SEEDING_HELD)
        try seed.runIterator()
        try seeding.set(UInt32(0), to: UInt32(0))
    }

    /// Looks for tasks that were moved into a watched cgroup as threads of a moved process.
    public func adoptTasks() throws(KernelError) { try seed.runIterator() }

    /// Ends watching. Tasks keep their identity; with no profile nothing is judged.
    public func unwatch(cgroupID: UInt64, slot: UInt32) throws(KernelError) {
        try containerState.set(slot, to: UInt64(0))
        try containers.delete(cgroupID)
    }

    /// Binds a profile (0: none) to a container: one write.
    public func bind(slot: UInt32, profile: UInt32, enforce: Bool) throws(KernelError) {
        let flags = LL_CONTAINER_WATCHED | (enforce ? LL_CONTAINER_ENFORCE : 0)
        try containerState.set(slot, to: UInt64(profile) << 32 | UInt64(flags))
    }

    /// Enters a container again that somebody took out, and binds it.
    public func hold(
        cgroupID: UInt64, slot: UInt32, profile: UInt32, enforce: Bool
    ) throws(KernelError) {
        try bind(slot: slot, profile: profile, enforce: enforce)
        try enter(cgroupID, slot, asking: slot | LL_SEEDING_RUNNING)
    }

    /// What was delivered, lost, decided and done for a container; slot 0: for none.
    public func statistics(slot: UInt32) throws(KernelError) -> Statistics {
        Statistics(try statisticsMap.value(at: slot, as: ll_statistics.self) ?? ll_statistics())
    }

    /// A file flow's counters since its entry was made.
    public func fileFlow(
        _ key: ll_file_flow_key, remove: Bool
    ) throws(KernelError) -> ll_file_flow? {
        remove
            ? try fileFlows.remove(at: key, as: ll_file_flow.self)
            : try fileFlows.value(at: key, as: ll_file_flow.self)
    }

    public func socketFlow(
        _ key: ll_socket_flow_key, remove: Bool
    ) throws(KernelError) -> ll_socket_flow? {
        remove
            ? try socketFlows.remove(at: key, as: ll_socket_flow.self)
            : try socketFlows.value(at: key, as: ll_socket_flow.self)
    }

    /// Drops the flow entries of processes that have ended without a record of it.
    /// Returns how many.
    public func dropFlows(where isGone: (_ tgid: UInt32) -> Bool) throws(KernelError) -> Int {
        var dropped = 0
        for key in try fileFlows.keys(of: ll_file_flow_key.self) where isGone(key.tgid) {
            try fileFlows.delete(key)
            dropped += 1
        }
        for key in try socketFlows.keys(of: ll_socket_flow_key.self) where isGone(key.tgid) {
            try socketFlows.delete(key)
            dropped += 1
        }
        return dropped
    }
}
