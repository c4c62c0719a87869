internal import Events
internal import Flows
internal import Kernel
internal import Sensor
internal import SensorABI

/// The kernel's flow tables for the assembler.
struct SensorCounters: CounterSource {
    private let sensor: Sensor

    init(_ sensor: Sensor) { self.sensor = sensor }

    mutating func fileCounters(_ key: FileFlowKey, remove: Bool) -> FlowCounters? {
        let raw = ll_file_flow_key(dentry: key.dentry, tgid: key.tgid, mode: key.mode)
        // A table that cannot be read is, to the assembler, an entry that is gone: it
        // counts it as counters missing.
        guard let found = try? sensor.fileFlow(raw, remove: remove) else { return nil }
        return FlowCounters(
            processStart: found.start_boottime_ns, firstBoottime: found.first_boottime_ns,
            lastBoottime: found.last_boottime_ns, reads: found.reads, readBytes: found.read_bytes,
            writes: found.writes, writeBytes: found.write_bytes, opens: found.opens,
            operations: found.operations)
    }

    mutating func socketCounters(_ key: SocketFlowKey, remove: Bool) -> FlowCounters? {
        var raw = ll_socket_flow_key()
        raw.sock = key.sock
        raw.tgid = key.tgid
        raw.remote_port = key.remotePort
        raw.protocol = key.proto
        raw.setRemoteAddress(high: key.remoteAddress.high, low: key.remoteAddress.low)
        guard let found = try? sensor.socketFlow(raw, remove: remove) else { return nil }
        return FlowCounters(
            processStart: found.start_boottime_ns, firstBoottime: found.first_boottime_ns,
            lastBoottime: found.last_boottime_ns, reads: found.receives,
            readBytes: found.receive_bytes, writes: found.sends, writeBytes: found.send_bytes,
            opens: 0, operations: found.operations)
    }
}

extension SocketFlowKey {
    init(_ raw: ll_socket_flow_key) {
        let (high, low) = raw.remoteAddressHalves
        self.init(
            sock: raw.sock, tgid: raw.tgid, remotePort: raw.remote_port, proto: raw.protocol,
            remoteAddress: Address(high: high, low: low))
    }
}
