extension FlowAssembler {
    /// Keeps a container within its limits, with room for what one event can add: two
    /// processes, two files, two flows. So nothing is dropped while an event is worked on.
    mutating func makeRoom(
        in slot: UInt32, now: UInt64, counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        let limits = configuration.limits
        while containers[Int(slot)].flowCount > limits.flows - 2, let index = oldestFlow(in: slot) {
            statistics.flowsEvicted += 1
            end(flow: index, .dropped, now: now, counters: &counters, emit: emit)
        }
        while containers[Int(slot)].fileCount > limits.files - 2 {
            if let index = oldestUncitedFile(in: slot) {
                statistics.filesEvicted += 1
                remove(file: index)
            } else if let index = oldestFlow(in: slot) {
                statistics.flowsEvicted += 1
                end(flow: index, .dropped, now: now, counters: &counters, emit: emit)
            } else {
                break
            }
        }
        while containers[Int(slot)].processCount > limits.processes - 2,
            let index = oldestProcess(in: slot)
        {
            statistics.processesEvicted += 1
            if processes[index].children > 0 { statistics.parentsForgotten += 1 }
            endFlows(ofProcess: index, .dropped, now: now, counters: &counters, emit: emit)
            remove(process: index)
        }
    }

    func oldestFlow(in slot: UInt32) -> Int32? { present(containers[Int(slot)].flows.first) }

    func oldestUncitedFile(in slot: UInt32) -> Int32? {
        present(containers[Int(slot)].uncitedFiles.first)
    }

    /// One that ended, or the oldest of those that run.
    func oldestProcess(in slot: UInt32) -> Int32? {
        present(containers[Int(slot)].ended.first)
            ?? present(containers[Int(slot)].running.first)
    }

    private func present(_ index: Int32) -> Int32? {
        index >= 0 ? index : nil
    }
}
