public import Kernel
internal import SensorABI

/// What the agent has in the kernel, kept from other processes (bpf/keeping.h): in modes `lsm` and
/// `fmod_ret`, which can refuse a call.
extension Sensor {
    /// Says which maps, links and pins are ours, and that `process` is the agent.
    /// - Returns: why nothing is kept, where calls could be refused; nil: all is kept, or nothing
    ///   is pinned, or this mode refuses no calls.
    public func keepOwn(agent process: UInt32) throws(KernelError) -> String? {
        guard attachMode != .signal, let pinned else { return nil }
        guard let place = BPFFileSystem.place(of: pinned.root) else {
            return "the directory \(pinned.root) is gone: its pins are not kept from others"
        }
        try noteKept(pinned)
        var word = try guardWord()
        word.pins_inode = place.inode
        word.pins_device = place.device
        word.agent_pid = process
        word.executable_inode = 0
        word.is_on = 1
        try object.map("guard").set(UInt32(0), to: word)
        // With this call the kernel's side finds our executable, where it knows us by that number.
        word = try guardWord()
        guard word.executable_inode == 0 else { return nil }
        word.is_on = 0
        try object.map("guard").set(UInt32(0), to: word)
        return "the agent runs in a pid namespace of its own: its maps, links and pins are not "
            + "kept from other processes; run it in the host's"
    }

    private func guardWord() throws(KernelError) -> ll_guard {
        try object.map("guard").value(at: UInt32(0), as: ll_guard.self) ?? ll_guard()
    }

    private func noteKept(_ pinned: PinnedObject) throws(KernelError) {
        let kept = try object.map("kept")
        var keys = Set<UInt64>()
        for map in object.sharedMaps {
            keys.insert(UInt64(LL_KEPT_MAP) << 32 | UInt64(try object.map(map.name).id))
        }
        for link in pinned.links.values {
            keys.insert(UInt64(LL_KEPT_LINK) << 32 | UInt64(link.id))
        }
        for key in try kept.keys(of: UInt64.self) where !keys.contains(key) {
            try kept.delete(key)
        }
        for key in keys { try kept.set(key, to: UInt32(1)) }
    }

    /// Attempts of others that were refused since ever, and who made the last one at what.
    public func refusedAttempts() throws(KernelError) -> (count: UInt64, last: String)? {
        guard attachMode != .signal, pinned != nil else { return nil }
        let word = try guardWord()
        let what =
            switch word.last_kept {
            case UInt32(LL_KEPT_MAP): "open one of the agent's maps for writing"
            case UInt32(LL_KEPT_LINK): "change or detach one of the agent's links"
            default: "remove one of the agent's pins"
            }
        return (word.refused, "process \(word.last_pid) tried to \(what)")
    }
}
