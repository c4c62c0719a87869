internal import Events
internal import SysFlow

extension FlowAssembler {
    /// The process that an event is about. One that was not seen before is made up of its id.
    mutating func actor(
        _ header: EventHeader, _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) -> Int32 {
        if let index = find(header.process) {
            if processes[index].slot != header.slot {
                move(index, to: header.slot, now: header.boottime, &counters, emit)
            }
            return index
        }
        dismissPredecessor(of: header.process, now: header.boottime, &counters, emit)
        statistics.processesSynthesised += 1
        return insert(
            header.process, slot: header.slot,
            .unknown(
                processID(header.process), time: epoch(header.boottime),
                containerID: containers[Int(header.slot)].container.id))
    }

    func find(_ key: ProcessKey) -> Int32? {
        processIndex.find(hash(UInt64(key.tgid))) { processes[$0].key == key }
    }

    /// Adds a process that is not there.
    mutating func insert(_ key: ProcessKey, slot: UInt32, _ entity: Process) -> Int32 {
        let index = processes.insert(ProcessEntry(key: key, slot: slot, entity: entity))
        processIndex.insert(hash(UInt64(key.tgid)), index)
        containers[Int(slot)].processCount += 1
        append(process: index)
        return index
    }

    private mutating func append(process index: Int32) {
        let slot = Int(processes[index].slot)
        if processes[index].ended {
            processLinks.append(index, to: &containers[slot].ended)
        } else {
            processLinks.append(index, to: &containers[slot].running)
        }
    }

    private mutating func unlink(process index: Int32) {
        let slot = Int(processes[index].slot)
        if processes[index].ended {
            processLinks.remove(index, from: &containers[slot].ended)
        } else {
            processLinks.remove(index, from: &containers[slot].running)
        }
    }

    /// Sets the parent of a process that has no children and so cannot be its own ancestor.
    mutating func setParent(_ parent: Int32, of index: Int32) {
        guard parent != index, processes[index].parent == nil, processes[index].children == 0
        else { return }
        processes[index].parent = (parent, processes[parent].key)
        processes[parent].children += 1
    }

    /// Removes a process that has no flows. Its children stay, without a parent.
    mutating func remove(process index: Int32) {
        unlink(process: index)
        containers[Int(processes[index].slot)].processCount -= 1
        processIndex.remove(hash(UInt64(processes[index].key.tgid)), index)
        let parent = processes[index].parent
        processes.remove(index, leaving: .vacant)
        guard let parent, processes[parent.index].key == parent.key else { return }
        processes[parent.index].children = max(0, processes[parent.index].children - 1)
        removeIfSpent(process: parent.index)
    }

    /// Removes a process that ended, once nothing cites it.
    mutating func removeIfSpent(process index: Int32) {
        if processes[index].ended, !processes[index].pinned, processes[index].children == 0,
            processes[index].flows.isEmpty
        {
            remove(process: index)
        }
    }

    /// Marks a process as ended, whose flows were ended, and removes it unless it is cited.
    mutating func ended(process index: Int32) {
        if !processes[index].ended {
            unlink(process: index)
            processes[index].ended = true
            append(process: index)
        }
        removeIfSpent(process: index)
    }

    /// An id that is used again says that the process that had it is gone.
    mutating func dismissPredecessor(
        of key: ProcessKey, now: UInt64, _ counters: inout some CounterSource & ~Copyable,
        _ emit: Emit
    ) {
        let predecessor = processIndex.find(hash(UInt64(key.tgid))) {
            processes[$0].key.tgid == key.tgid && processes[$0].key.start < key.start
                && !processes[$0].ended
        }
        guard let predecessor else { return }
        statistics.exitsMissed += 1
        endFlows(ofProcess: predecessor, .closed, now: now, counters: &counters, emit: emit)
        ended(process: predecessor)
    }

    /// A process that was moved into another container begins there anew.
    private mutating func move(
        _ index: Int32, to slot: UInt32, now: UInt64,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        endFlows(ofProcess: index, .dropped, now: now, counters: &counters, emit: emit)
        unlink(process: index)
        containers[Int(processes[index].slot)].processCount -= 1
        processes[index].slot = slot
        processes[index].announced = 0
        processes[index].changed = false
        processes[index].entity.containerID = containers[Int(slot)].container.id
        containers[Int(slot)].processCount += 1
        append(process: index)
    }
}
