import Events
import Flows

/// The kernel's tables, as a test sets them.
struct TestKernel: CounterSource {
    var files: [FileFlowKey: FlowCounters] = [:]
    var sockets: [SocketFlowKey: FlowCounters] = [:]
    var removed = 0

    mutating func fileCounters(_ key: FileFlowKey, remove: Bool) -> FlowCounters? {
        let counters = files[key]
        if remove, counters != nil {
            files[key] = nil
            removed += 1
        }
        return counters
    }

    mutating func socketCounters(_ key: SocketFlowKey, remove: Bool) -> FlowCounters? {
        let counters = sockets[key]
        if remove, counters != nil {
            sockets[key] = nil
            removed += 1
        }
        return counters
    }
}
