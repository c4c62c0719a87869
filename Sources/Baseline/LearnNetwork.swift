import SysFlow

/// Connections: which behaviour a record shows.
extension Learner {
    /// EPERM: somebody refused it. Any other failure is an attempt that the service will make
    /// again, and attempts are what the hook judges.
    private static let refused: Int32 = -1

    mutating func consume(_ flow: NetworkFlow) {
        guard let proto = Self.transport(flow.proto) else { return }
        let server = Endpoint(
            proto: proto, address: flow.destination, port: flow.destinationPort)
        let behaviour: Behaviour
        if flow.operations.contains(.accept) {
            behaviour = .listen(server, bound: false)
        } else if flow.operations.contains(.connect)
            || (proto == .udp && flow.operations.contains(.writeSend))
        {
            behaviour = .egress(server)
        } else {
            // A later part of a flow, whose beginning showed what it is.
            return
        }
        guard let (process, container) = actor(flow.process, behaviour.dimension) else { return }
        learn(
            behaviour, by: process.exe, of: flow.process, in: container, from: flow.time,
            to: flow.endTime)
    }

    mutating func consume(_ event: NetworkEvent) {
        guard let proto = Self.transport(event.proto),
            event.result >= 0
                || (event.operations.contains(.connect) && event.result != Self.refused)
        else { return }
        let behaviour: Behaviour
        if !event.operations.isDisjoint(with: [.bind, .listen]) {
            let isSource = event.destinationPort == 0
            let port = isSource ? event.sourcePort : event.destinationPort
            // Port 0 asks for any free one, as clients do: nobody can be told to come there.
            guard port != 0 else { return }
            let address = isSource ? event.source : event.destination
            behaviour = .listen(Endpoint(proto: proto, address: address, port: port), bound: true)
        } else if event.operations.contains(.connect) {
            behaviour = .egress(
                Endpoint(proto: proto, address: event.destination, port: event.destinationPort))
        } else {
            return
        }
        guard let (process, container) = actor(event.process, behaviour.dimension) else { return }
        if event.operations.contains(.listen) { serve(event.process, in: container, event.time) }
        learn(
            behaviour, by: process.exe, of: event.process, in: container, from: event.time,
            to: event.time)
    }

    private static func transport(_ code: Int32) -> TransportProtocol? {
        UInt8(exactly: code).flatMap(TransportProtocol.init(rawValue:))
    }
}
