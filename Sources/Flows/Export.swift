internal import Events
internal import SensorABI
public import SysFlow

extension FlowAssembler {
    /// Exports the flows that are due and drops those that were idle too long. To be called
    /// about once a second.
    public mutating func tick(
        now: UInt64, counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        var taken: [Int32] = []
        swap(&taken, &due)
        wheel.takeDue(now: now, into: &taken)
        for index in taken {
            if case .threads = flows[index].object {
                exportThreads(index, now: now, &counters, emit)
            } else {
                exportDue(index, now: now, &counters, emit)
            }
        }
        taken.removeAll(keepingCapacity: true)
        swap(&taken, &due)
    }

    private mutating func exportDue(
        _ index: Int32, now: UInt64, _ counters: inout some CounterSource & ~Copyable,
        _ emit: Emit
    ) {
        guard let values = read(index, remove: false, &counters) else {
            statistics.countersMissing += 1
            export(index, .closed, nil, at: now, emit)
            remove(flow: index)
            return
        }
        let active = max(flows[index].lastActive, values.lastBoottime)
        if now.subtractingSaturated(active) >= configuration.idleTimeout {
            flows[index].lastActive = active
            end(flow: index, .closed, now: now, endTime: active, counters: &counters, emit: emit)
        } else {
            export(index, .continues, values, at: now, emit)
            schedule(index, now: now)
        }
    }

    private mutating func exportThreads(
        _ index: Int32, now: UInt64, _ counters: inout some CounterSource & ~Copyable,
        _ emit: Emit
    ) {
        if flows[index].operations == 0 {
            remove(flow: index)
        } else {
            export(index, .continues, nil, at: now, emit)
            schedule(index, now: now)
        }
    }

    private func read(
        _ index: Int32, remove: Bool, _ counters: inout some CounterSource & ~Copyable
    ) -> FlowCounters? {
        switch flows[index].object {
        case .file(let key, _, _, _): counters.fileCounters(key, remove: remove)
        case .socket(let key, _, _): counters.socketCounters(key, remove: remove)
        case .threads: nil
        }
    }

    /// Exports a flow a last time, with its entry removed from the kernel's table, and drops it.
    mutating func end(
        flow index: Int32, _ cut: Cut, now: UInt64, endTime: UInt64? = nil,
        counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        let values = read(index, remove: true, &counters)
        if values == nil, flows[index].object.key != nil { statistics.countersMissing += 1 }
        export(index, cut, values, at: endTime ?? now, emit)
        remove(flow: index)
    }

    /// Ends all flows of a process, which stays.
    mutating func endFlows(
        ofProcess index: Int32, _ cut: Cut, now: UInt64,
        counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        processes[index].pinned = true
        while processes[index].flows.first >= 0 {
            end(
                flow: processes[index].flows.first, cut, now: now, counters: &counters,
                emit: emit)
        }
        processes[index].pinned = false
    }

    /// Exports what a process did so far, because what it does next is another image's.
    mutating func exportFlows(
        ofProcess index: Int32, now: UInt64, counters: inout some CounterSource & ~Copyable,
        emit: Emit
    ) {
        var flow = processes[index].flows.first
        while flow >= 0 {
            let next = flowProcess.next(after: flow)
            export(flow, .continues, read(flow, remove: false, &counters), at: now, emit)
            flow = next
        }
    }

    /// An event brought a flow's last counters; the entry is gone.
    mutating func end(
        _ key: FlowKey, _ header: EventHeader, _ counters: FlowCounters, _ emit: Emit
    ) {
        guard let index = find(key) else {
            statistics.endsWithoutFlow += 1
            return
        }
        export(index, .closed, counters, at: header.boottime, emit)
        remove(flow: index)
    }

    /// Emits what a flow did since it was exported before. A flow that goes on and did nothing
    /// is not emitted.
    mutating func export(
        _ index: Int32, _ cut: Cut, _ counters: FlowCounters?, at time: UInt64, _ emit: Emit
    ) {
        let start = flows[index].periodStart
        let period = flows[index].endPeriod(
            counters, restarted: &statistics.countersRestarted)
        let isThreads = flows[index].object.key == nil
        if period.isEmpty, cut == .continues || isThreads { return }
        let end = max(start, time)
        flows[index].periodStart = end
        announce(process: flows[index].process, emit)
        if case .file(_, let file, _, _) = flows[index].object { announce(file: file, emit) }
        let operations = Operations(
            rawValue: Int32(bitPattern: period.operations | (isThreads ? 0 : cut.operations)))
        let record = record(
            index, period.volume, operations, from: epoch(start), to: epoch(end))
        if isThreads { flows[index].object = .threads(made: 0, ended: 0) }
        send(record, flows[index].slot, emit)
    }

    private func record(
        _ index: Int32, _ volume: Volume, _ operations: Operations, from start: Int64,
        to end: Int64
    ) -> Record {
        let process = processes[flows[index].process].entity.oid
        let tid = Int64(flows[index].tid)
        switch flows[index].object {
        case .file(_, let file, let fd, let openFlags):
            return .fileFlow(
                FileFlow(
                    process: process, time: start, tid: tid, operations: operations,
                    openFlags: openFlags, endTime: end, file: files[file].entity.oid, fd: fd,
                    volume: volume))
        case .socket(let key, let sides, let fd):
            return .networkFlow(
                NetworkFlow(
                    process: process, time: start, tid: tid, operations: operations, endTime: end,
                    source: sides.source, sourcePort: sides.sourcePort,
                    destination: sides.destination, destinationPort: sides.destinationPort,
                    proto: Int32(key.proto), fd: fd, volume: volume))
        case .threads(let made, let ended):
            return .processFlow(
                ProcessFlow(
                    process: process, time: start, threadsCloned: made, operations: operations,
                    endTime: end, threadsExited: ended, cloneErrors: 0))
        }
    }
}
