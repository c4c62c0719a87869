public import Events
internal import SensorABI
public import SysFlow

extension FlowAssembler {
    /// Follows a container from now on. Slots are 0 to LL_SLOTS - 1; false where `slot` is not
    /// one of them. What the slot held before is to be retired first; if it was not, its entries
    /// go without a last export, and its flows' counters are lost.
    @discardableResult
    public mutating func register(container: Container, slot: UInt32) -> Bool {
        guard slot < UInt32(LL_SLOTS) else { return false }
        while containers.count <= Int(slot) { containers.append(.vacant) }
        if isRegistered(slot) {
            var none = NoCounters()
            retire(slot: slot, now: 0, counters: &none) { _, _ in }
        }
        containers[Int(slot)] = ContainerEntry(isRegistered: true, container: container)
        return true
    }

    /// Tells more of a container than was known when it was registered. Its entity goes out again
    /// before the next process or file that is announced.
    public mutating func rename(container: Container, slot: UInt32) {
        guard isRegistered(slot), containers[Int(slot)].container != container else { return }
        containers[Int(slot)].container = container
        containers[Int(slot)].announced = 0
    }

    /// Processes of a container whose exit was not seen.
    public func runningProcesses(slot: UInt32) -> [ProcessKey] {
        guard isRegistered(slot) else { return [] }
        var keys: [ProcessKey] = []
        var next = containers[Int(slot)].running.first
        while next >= 0 {
            keys.append(processes[next].key)
            next = processLinks.next(after: next)
        }
        return keys
    }

    /// Ends a container: its flows are exported as closed, all its entries are dropped.
    public mutating func retire(
        slot: UInt32, now: UInt64, counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        guard isRegistered(slot) else { return }
        endFlows(of: slot, .closed, now: now, counters: &counters, emit: emit)
        while let index = oldestProcess(in: slot) { remove(process: index) }
        while let index = oldestUncitedFile(in: slot) { remove(file: index) }
        containers[Int(slot)] = .vacant
    }

    /// A new output begins for a slot, or for all: entities are repeated in it before what cites
    /// them (state REUP). Flows go on; to cut them at the end of the output before, call
    /// `finish` first.
    public mutating func restart(slot: UInt32? = nil) {
        for index in containers.indices where slot == nil || slot == UInt32(index) {
            containers[index].output &+= 1
        }
    }

    /// Exports and drops all flows of a slot, or of all slots, as cut (TRUNCATE): the end of a
    /// recording. Their entries in the kernel are removed, so that what goes on is seen anew.
    public mutating func finish(
        slot: UInt32? = nil, now: UInt64, counters: inout some CounterSource & ~Copyable,
        emit: Emit
    ) {
        for index in containers.indices where slot == nil || slot == UInt32(index) {
            guard isRegistered(UInt32(index)) else { continue }
            endFlows(of: UInt32(index), .dropped, now: now, counters: &counters, emit: emit)
        }
    }

    private mutating func endFlows(
        of slot: UInt32, _ cut: Cut, now: UInt64, counters: inout some CounterSource & ~Copyable,
        emit: Emit
    ) {
        while let index = oldestFlow(in: slot) {
            end(flow: index, cut, now: now, counters: &counters, emit: emit)
        }
    }
}
