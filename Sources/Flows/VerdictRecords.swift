public import Events
public import SysFlow

extension FlowAssembler {
    /// Makes a record of what was decided of a behaviour, behind the entities that it cites. What
    /// was decided is the caller's to say; the process is the event's.
    public mutating func note(
        _ verdict: VerdictRecord, _ header: EventHeader,
        counters: inout some CounterSource & ~Copyable, emit: Emit
    ) {
        guard isRegistered(header.slot) else { return }
        let process = actor(header, &counters, emit)
        announce(process: process, emit)
        var record = verdict
        record.process = processes[process].entity.oid
        record.time = epoch(header.boottime)
        record.tid = Int64(header.tid)
        send(.verdict(record), header.slot, emit)
    }
}
