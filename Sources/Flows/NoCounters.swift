internal import Events

/// A kernel without entries.
struct NoCounters: CounterSource {
    func fileCounters(_ key: FileFlowKey, remove: Bool) -> FlowCounters? { nil }
    func socketCounters(_ key: SocketFlowKey, remove: Bool) -> FlowCounters? { nil }
}
