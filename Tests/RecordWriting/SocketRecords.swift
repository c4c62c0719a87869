public import SensorABI

extension RecordWriter {
    public func socket(
        kind: Int32 = LL_KIND_SOCKET_OPEN, sock: UInt64, proto: UInt16 = 6,
        local: AddressBytes = mapped(10, 0, 0, 2), localPort: UInt16 = 40000,
        remote: AddressBytes = mapped(10, 0, 0, 9), remotePort: UInt16 = 80,
        operations: UInt32 = LL_OPERATION_CONNECT, first: UInt64 = 0, last: UInt64 = 0,
        receives: UInt64 = 0, receiveBytes: UInt64 = 0, sends: UInt64 = 0, sendBytes: UInt64 = 0,
        fd: Int32 = 9
    ) -> [UInt8] {
        let key = ll_socket_flow_key(
            sock: sock, tgid: tgid, remote_port: remotePort, protocol: proto,
            remote_address: remote)
        var flow = ll_socket_flow()
        flow.start_boottime_ns = start
        flow.first_boottime_ns = first
        flow.last_boottime_ns = last
        flow.receives = receives
        flow.receive_bytes = receiveBytes
        flow.sends = sends
        flow.send_bytes = sendBytes
        flow.operations = operations
        flow.slot = slot
        flow.fd = fd
        flow.local_address = local
        flow.local_port = localPort
        return record(ll_socket(header: header(kind), key: key, flow: flow))
    }

    public func socketOperation(
        _ operation: UInt32, family: UInt16 = 2, proto: UInt16 = 6,
        local: AddressBytes = mapped(0, 0, 0, 0), localPort: UInt16 = 0,
        remote: AddressBytes = mapped(0, 0, 0, 0), remotePort: UInt16 = 0, result: Int32 = 0
    ) -> [UInt8] {
        record(
            ll_socket_event(
                header: header(LL_KIND_SOCKET_EVENT), operation: operation, result: result,
                family: family, protocol: proto, local_port: localPort, remote_port: remotePort,
                local_address: local, remote_address: remote, socket_type: 1, fd: 4))
    }
}
