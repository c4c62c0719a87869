public import Events

/// The kernel's flow tables, as `FlowAssembler` reads them.
public protocol CounterSource: ~Copyable {
    /// The counters of an entry, cumulative since it was made; nil where there is no such entry.
    /// With `remove` the entry is deleted in the same step, so that nothing is counted between.
    mutating func fileCounters(_ key: FileFlowKey, remove: Bool) -> FlowCounters?
    mutating func socketCounters(_ key: SocketFlowKey, remove: Bool) -> FlowCounters?
}
