internal import SysFlow

/// Entities go out before what cites them, once in each output.
extension FlowAssembler {
    mutating func send(_ record: Record, _ slot: UInt32, _ emit: Emit) {
        statistics.records += 1
        emit(record, slot)
    }

    private mutating func announceContainer(_ slot: UInt32, _ emit: Emit) {
        guard containers[Int(slot)].announced != output(slot) else { return }
        containers[Int(slot)].announced = output(slot)
        send(.container(containers[Int(slot)].container), slot, emit)
    }

    private func output(_ slot: UInt32) -> UInt32 { containers[Int(slot)].output }

    /// The process, its parents before it, and its container before those.
    mutating func announce(process index: Int32, _ emit: Emit) {
        let slot = processes[index].slot
        let output = output(slot)
        if processes[index].announced == output, !processes[index].changed { return }
        announceContainer(slot, emit)
        var next = index
        while let parent = parent(of: next), processes[parent].announced != output,
            lineage.count < configuration.limits.processes
        {
            lineage.append(parent)
            next = parent
        }
        while let parent = lineage.popLast() {
            if processes[parent].announced != output { sendEntity(process: parent, output, emit) }
        }
        sendEntity(process: index, output, emit)
    }

    private mutating func sendEntity(process index: Int32, _ output: UInt32, _ emit: Emit) {
        var entity = processes[index].entity
        entity.state = state(processes[index].announced, processes[index].changed)
        entity.parent = nil
        if let parent = parent(of: index), processes[parent].announced == output {
            entity.parent = processes[parent].entity.oid
        }
        processes[index].announced = output
        processes[index].changed = false
        send(.process(entity), processes[index].slot, emit)
    }

    /// The parent's position, where it is still there and of the same container.
    private func parent(of index: Int32) -> Int32? {
        guard let parent = processes[index].parent,
            processes[parent.index].key == parent.key,
            processes[parent.index].slot == processes[index].slot
        else { return nil }
        return parent.index
    }

    /// The file, and its container before it.
    mutating func announce(file index: Int32, _ emit: Emit) {
        let slot = files[index].slot
        let output = output(slot)
        if files[index].announced == output, !files[index].changed { return }
        announceContainer(slot, emit)
        var entity = files[index].entity
        entity.state = state(files[index].announced, files[index].changed)
        files[index].announced = output
        files[index].changed = false
        send(.file(entity), slot, emit)
    }

    private func state(_ announced: UInt32, _ changed: Bool) -> ObjectState {
        announced == 0 ? .created : changed ? .modified : .reup
    }
}
