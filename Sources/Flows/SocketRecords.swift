internal import Events
internal import SensorABI
internal import SysFlow

extension FlowAssembler {
    mutating func open(
        _ event: borrowing SocketEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let key = event.key
        replace(.socket(key), now: header.boottime, emit)
        let process = actor(header, &counters, emit)
        let first = event.counters
        let began = first.firstBoottime == 0 ? header.boottime : first.firstBoottime
        _ = insert(
            Flow(
                object: .socket(key, sides(of: event, header.slot), fd: event.fd),
                process: process, slot: header.slot, tid: header.tid,
                periodStart: min(began, header.boottime),
                lastActive: header.boottime, operations: first.operations))
    }

    /// Whoever connected is the source. Where neither connect nor accept was seen, a TCP socket
    /// at a port that listens here was accepted. UDP has no connection: the process is the
    /// source, because each of its sends is decided as one to the remote side.
    private func sides(of event: borrowing SocketEvent, _ slot: UInt32) -> Endpoints {
        let key = event.key
        let operations = event.counters.operations
        let local = IPAddress(event.localAddress)
        let remote = IPAddress(key.remoteAddress)
        let serves =
            operations & LL_OPERATION_ACCEPT != 0
            || operations & LL_OPERATION_CONNECT == 0 && key.proto == Self.tcp
                && listens(slot, key.proto, event.localPort)
        return serves
            ? Endpoints(
                source: remote, sourcePort: key.remotePort, destination: local,
                destinationPort: event.localPort)
            : Endpoints(
                source: local, sourcePort: event.localPort, destination: remote,
                destinationPort: key.remotePort)
    }

    /// bind and listen name the local side as the destination, as a connection to it would.
    mutating func operate(
        _ event: borrowing SocketOperationEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        guard event.family == Self.inet || event.family == Self.inet6 else {
            statistics.otherSocketFamilies += 1
            return
        }
        let process = actor(header, &counters, emit)
        let operation = event.operation
        if operation & LL_OPERATION_LISTEN != 0, event.result == 0 {
            keepListener(header.slot, event.proto, event.localPort)
        }
        let local = IPAddress(event.localAddress)
        let remote = IPAddress(event.remoteAddress)
        let isLocal = operation & (LL_OPERATION_BIND | LL_OPERATION_LISTEN) != 0
        announce(process: process, emit)
        let record = NetworkEvent(
            process: processes[process].entity.oid, time: epoch(header.boottime),
            tid: Int64(header.tid), operations: Operations(rawValue: Int32(bitPattern: operation)),
            source: isLocal ? remote : local,
            sourcePort: isLocal ? event.remotePort : event.localPort,
            destination: isLocal ? local : remote,
            destinationPort: isLocal ? event.localPort : event.remotePort,
            proto: Int32(event.proto), result: event.result)
        send(.networkEvent(record), header.slot, emit)
    }

    private static let tcp: UInt16 = 6
    private static let inet: UInt16 = 2
    private static let inet6: UInt16 = 10

    private func listens(_ slot: UInt32, _ proto: UInt16, _ port: UInt16) -> Bool {
        containers[Int(slot)].listeners.contains(UInt32(proto) << 16 | UInt32(port))
    }

    private mutating func keepListener(_ slot: UInt32, _ proto: UInt16, _ port: UInt16) {
        let listener = UInt32(proto) << 16 | UInt32(port)
        if containers[Int(slot)].listeners.contains(listener) { return }
        if containers[Int(slot)].listeners.count < configuration.limits.listeners {
            containers[Int(slot)].listeners.insert(listener)
        } else {
            statistics.listenersNotKept += 1
        }
    }
}

extension IPAddress {
    init(_ address: Address) { self.init(high: address.high, low: address.low) }
}
