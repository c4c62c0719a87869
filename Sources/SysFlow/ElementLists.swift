/// The lists of the record that is being read.
struct ElementLists {
    /// `args` or `env`.
    var strings: [String] = []
    var hostIP: [Int64] = []
    var internalIP: [Int64] = []
    var clusterIP: [Int64] = []
    var labels: [String: String] = [:]
    var selectors: [String: String] = [:]
    var ports: [ServicePort] = []
    var services: [Service] = []
    /// Elements of all of them so far.
    var count = 0

    mutating func reset() {
        if count != 0 { self = ElementLists() }
    }
}

extension RecordDecoder {
    mutating func append(_ action: ElementAction) {
        if action == .drop { return }
        lists.count += 1
        switch action {
        case .drop: break
        case .appendString: lists.strings.append(self[.item] as String)
        case .appendHostIP: lists.hostIP.append(self[.item])
        case .appendInternalIP: lists.internalIP.append(self[.item])
        case .appendClusterIP: lists.clusterIP.append(self[.item])
        case .setLabel: lists.labels[self[.key]] = self[.item]
        case .setSelector: lists.selectors[self[.key]] = self[.item]
        case .appendPort: lists.ports.append(port())
        case .appendService: lists.services.append(service())
        }
    }

    private func port() -> ServicePort {
        ServicePort(
            port: int32(.port), targetPort: int32(.targetPort), nodePort: int32(.nodePort),
            proto: self[.portProtocol])
    }

    private mutating func service() -> Service {
        let service = Service(
            name: self[.serviceName], id: self[.serviceID], namespace: self[.serviceNamespace],
            portList: lists.ports, clusterIP: lists.clusterIP)
        lists.ports = []
        lists.clusterIP = []
        return service
    }
}
