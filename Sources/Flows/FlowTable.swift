internal import Events
internal import SensorABI
internal import SysFlow

/// What a flow of the kernel's tables is found by.
enum FlowKey: Hashable {
    case file(FileFlowKey)
    case socket(SocketFlowKey)
}

extension FlowAssembler {
    private func hash(_ key: FlowKey) -> UInt32 {
        switch key {
        case .file(let key): hash(key.dentry, UInt64(key.tgid) << 32 | UInt64(key.mode))
        case .socket(let key):
            hash(
                key.sock ^ key.remoteAddress.low,
                UInt64(key.tgid) << 32 | UInt64(key.remotePort) << 16 | UInt64(key.proto))
        }
    }

    func find(_ key: FlowKey) -> Int32? {
        let hash = hash(key)
        return switch key {
        case .file(let key):
            flowIndex.find(hash) {
                if case .file(let other, _, _, _) = flows[$0].object { other == key } else { false }
            }
        case .socket(let key):
            flowIndex.find(hash) {
                if case .socket(let other, _, _) = flows[$0].object { other == key } else { false }
            }
        }
    }

    mutating func insert(_ flow: Flow) -> Int32 {
        let index = flows.insert(flow)
        if let key = flow.object.key { flowIndex.insert(hash(key), index) }
        if case .file(_, let file, _, _) = flow.object { cite(file: file) }
        flowProcess.append(index, to: &processes[flow.process].flows)
        flowAge.append(index, to: &containers[Int(flow.slot)].flows)
        containers[Int(flow.slot)].flowCount += 1
        schedule(index, now: flow.periodStart)
        return index
    }

    mutating func remove(flow index: Int32) {
        let flow = flows[index]
        wheel.cancel(index)
        if let key = flow.object.key { flowIndex.remove(hash(key), index) }
        switch flow.object {
        case .file(_, let file, _, _): release(file: file)
        case .threads: processes[flow.process].threads = -1
        case .socket: break
        }
        flowProcess.remove(index, from: &processes[flow.process].flows)
        flowAge.remove(index, from: &containers[Int(flow.slot)].flows)
        containers[Int(flow.slot)].flowCount -= 1
        flows.remove(index, leaving: .vacant)
        removeIfSpent(process: flow.process)
    }

    /// When the flow is looked at again: for export, or for having been idle too long.
    mutating func schedule(_ index: Int32, now: UInt64) {
        let export = now.addingSaturated(configuration.exportInterval)
        let idle = flows[index].lastActive.addingSaturated(configuration.idleTimeout)
        wheel.schedule(index, at: min(export, max(idle, now)))
    }
}

extension Flow.Object {
    var key: FlowKey? {
        switch self {
        case .file(let key, _, _, _): .file(key)
        case .socket(let key, _, _): .socket(key)
        case .threads: nil
        }
    }
}
