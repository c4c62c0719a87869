public import Kernel
public import SensorABI

/// A container as the kernel's maps know it.
public struct HeldContainer: Hashable, Sendable {
    public var cgroupID: UInt64
    public var slot: UInt32
    /// 0: none.
    public var profile: UInt32
    public var isEnforced: Bool
}

/// What an agent finds that was left by one before it.
extension Sensor {
    /// The maps were there before.
    public var isTakenOver: Bool { pinned?.isTakenOver ?? false }

    /// The directory of the pinned maps and links; nil: nothing is pinned.
    public var pinDirectory: String? { pinned?.directory }

    /// The containers that are held, by slot. What an agent had begun or was about to end when it
    /// was killed is taken back first: no program counts it as watched.
    public func heldContainers() throws(KernelError) -> [HeldContainer] {
        var held: [HeldContainer] = []
        for id in try containers.keys(of: UInt64.self) {
            guard let slot = try containers.value(at: id, as: UInt32.self) else { continue }
            let word = try containerState.value(at: slot, as: UInt64.self) ?? 0
            guard word & UInt64(LL_CONTAINER_WATCHED) != 0 else {
                try containers.delete(id)
                continue
            }
            held.append(
                HeldContainer(
                    cgroupID: id, slot: slot, profile: UInt32(word >> 32),
                    isEnforced: word & UInt64(LL_CONTAINER_ENFORCE) != 0))
        }
        let used = Set(held.map(\.slot))
        for slot in 1..<UInt32(LL_SLOTS) where !used.contains(slot) {
            let word = try containerState.value(at: slot, as: UInt64.self) ?? 0
            if word != 0 { try containerState.set(slot, to: UInt64(0)) }
        }
        return held.sorted { $0.slot < $1.slot }
    }

    /// Finishes the look for tasks that an agent was killed in: the entry in `seeding` still says
    /// whose set-up it was.
    public func finishSeeding() throws(KernelError) {
        try adoptTasks()
        try object.map("seeding").set(UInt32(0), to: UInt32(0))
    }

    /// Notes who serves from now on. Returns what stood there.
    @discardableResult
    public func note(_ agent: ll_agent) throws(KernelError) -> ll_agent {
        let map = try object.map("agent")
        let before = try map.value(at: UInt32(0), as: ll_agent.self) ?? ll_agent()
        try map.set(UInt32(0), to: agent)
        return before
    }

    public func noted() throws(KernelError) -> ll_agent {
        try object.map("agent").value(at: UInt32(0), as: ll_agent.self) ?? ll_agent()
    }

    /// Removes what other layouts hold, once their containers are held by this one.
    /// Returns their directories.
    public func removeEarlier() throws(KernelError) -> [String] {
        try pinned?.removeOtherLayouts() ?? []
    }

    /// What was found at the beginning that somebody did while no agent ran; a line for each.
    public var alarms: [String] { (pinned?.alarms ?? []) + [returnAlarm].compactMap(\.self) }

    /// Mends what others did to pins and links; a line for each.
    public func mend() -> [String] { pinned?.mend() ?? [] }

    /// What a container's word says that should say `profile` and `enforce`, and whether its
    /// cgroup still names its slot.
    public func isHeld(
        cgroupID: UInt64, slot: UInt32, profile: UInt32, enforce: Bool
    ) throws(KernelError) -> Bool {
        let word = try containerState.value(at: slot, as: UInt64.self) ?? 0
        let flags = LL_CONTAINER_WATCHED | (enforce ? LL_CONTAINER_ENFORCE : 0)
        let mask = UInt64(UInt32.max) << 32 | UInt64(LL_CONTAINER_WATCHED | LL_CONTAINER_ENFORCE)
        guard word & mask == UInt64(profile) << 32 | UInt64(flags) else { return false }
        return try containers.value(at: cgroupID, as: UInt32.self) == slot
    }

    /// Drops the entries of the flow tables that nobody here knows; what goes on is seen anew.
    /// Returns how many.
    public func dropFlows(
        unknownFile: (ll_file_flow_key) -> Bool, unknownSocket: (ll_socket_flow_key) -> Bool,
        from keys: (files: [ll_file_flow_key], sockets: [ll_socket_flow_key])
    ) throws(KernelError) -> Int {
        var dropped = 0
        for key in keys.files where unknownFile(key) {
            try fileFlows.delete(key)
            dropped += 1
        }
        for key in keys.sockets where unknownSocket(key) {
            try socketFlows.delete(key)
            dropped += 1
        }
        return dropped
    }

    public func flowKeys() throws(KernelError) -> (
        files: [ll_file_flow_key], sockets: [ll_socket_flow_key]
    ) {
        (
            try fileFlows.keys(of: ll_file_flow_key.self),
            try socketFlows.keys(of: ll_socket_flow_key.self)
        )
    }
}
