internal import Events
internal import SensorABI

extension FlowAssembler {
    /// Threads made and ended are counted, not told one by one.
    mutating func countThread(
        of process: Int32, _ header: EventHeader, made: Int64, ended: Int64
    ) {
        var index = processes[process].threads
        if index < 0 {
            index = insert(
                Flow(
                    object: .threads(made: 0, ended: 0), process: process, slot: header.slot,
                    tid: header.tid, periodStart: header.boottime, lastActive: header.boottime,
                    operations: 0))
            processes[process].threads = index
        }
        guard case .threads(let madeBefore, let endedBefore) = flows[index].object else { return }
        flows[index].object = .threads(made: madeBefore + made, ended: endedBefore + ended)
        flows[index].lastActive = header.boottime
        flows[index].operations |=
            (made > 0 ? LL_OPERATION_CLONE : 0) | (ended > 0 ? LL_OPERATION_EXIT : 0)
    }
}
