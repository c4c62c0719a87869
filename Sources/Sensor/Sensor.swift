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
    private var links: [BPFLink] = []
    private let seed: BPFLink
    private let containers: BPFMap
    private let containerState: BPFMap
    private let statisticsMap: BPFMap
    private let fileFlows: BPFMap
    private let socketFlows: BPFMap

    private static let addressPrograms = [
        "on_connect4", "on_connect6", "on_sendmsg4", "on_sendmsg6", "on_bind4", "on_bind6",
        "on_socket_create",
    ]
    private static let receivePrograms = ["on_recvmsg4", "on_recvmsg6"]
    /// In the order of attaching: identity is handed on before anything else is seen.
    private static let tracingPrograms = [
        "on_fork", "on_exit", "on_exec", "on_cgroup_attach", "on_cgroup_mkdir", "on_cgroup_rmdir",
        "on_socket_state", "on_signal", "on_system_call",
    ]

    /// Loads and attaches everything. `cgroupRoot` is where cgroup v2 is mounted: the hooks
    /// hang there once for all containers and answer for watched ones only.
    /// - Parameter attachMode: nil: the strongest that this kernel was seen to have.
    public init(cgroupRoot: String, attachMode: AttachMode? = nil) throws(KernelError) {
        let mode = attachMode ?? .strongest()
        self.attachMode = mode
        hasNameGates = mode.missingNameHooks.isEmpty
        object = try BPFObject(bytes: EmbeddedObjects.sensor, name: "loadline")
        // In mode `signal` nothing else judges an exec: loading says what is missing.
        let preparing = mode == .signal || AttachMode.hasPrepareExec ? ["on_prepare_exec"] : []
        let judging = preparing + mode.gates + mode.actTracepoints
        // What a gate judges is not judged once more where the address is known.
        let cgroupPrograms =
            (mode == .signal ? Self.addressPrograms : [])
            + (mode == .signal || AttachMode.hasCgroupHooks ? Self.receivePrograms : [])
        for program in judging + cgroupPrograms { try object.setLoaded(program, true) }
        try object.load()
        containers = try object.map("containers")
        containerState = try object.map("container_state")
        statisticsMap = try object.map("statistics")
        fileFlows = try object.map("file_flows")
        socketFlows = try object.map("socket_flows")
        seed = try object.attach("on_seed")
        startHold = try StartHold(object)
        let root = try Descriptor(directory: cgroupRoot)
        for program in cgroupPrograms {
            links.append(try object.attach(program, cgroup: root))
        }
        for program in Self.tracingPrograms + judging {
            links.append(try object.attach(program))
        }
    }

    /// The ring of records.
    public func records(
        consumer: @escaping RingBuffer.Consumer
    ) throws(KernelError) -> RingBuffer {
        try RingBuffer(try object.map("ring"), consumer: consumer)
    }

    /// Begins to watch a cgroup as the container in `slot`, tasks that run in it included.
    /// - Parameter awaitsStart: the container's entry point was not started yet, so those tasks
    ///   are the runtime's.
    public func watch(
        cgroupID: UInt64, slot: UInt32, awaitsStart: Bool
    ) throws(KernelError) {
        try statisticsMap.set(slot, to: ll_statistics())
        try containerState.set(slot, to: UInt64(LL_CONTAINER_WATCHED))
        try containers.set(cgroupID, to: slot)
        if awaitsStart { try object.map("seeding").set(UInt32(0), to: slot) }
        try seed.runIterator()
        if awaitsStart { try object.map("seeding").set(UInt32(0), to: UInt32(0)) }
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
