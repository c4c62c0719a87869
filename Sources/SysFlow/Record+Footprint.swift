extension Record {
    /// About how many bytes of memory the record holds: what bounded tables and buffers count.
    ///
    /// The values of the record and the texts it refers to; texts that records share count for
    /// each of them.
    public var footprint: Int {
        Self.fixedFootprint + textBytes
    }

    /// A `Record` and what a table keeps with it.
    private static let fixedFootprint = 320

    private var textBytes: Int {
        switch self {
        case .header(let value):
            bytes(value.exporter, value.ip, value.filename)
        case .container(let value):
            bytes(
                value.id, value.name, value.image, value.imageID, value.podID ?? "",
                value.imageDigest ?? "")
        case .process(let value):
            bytes(
                value.exe, value.exeArgs, value.userName, value.groupName, value.containerID ?? "",
                value.cwd) + bytes(value.env)
        case .file(let value):
            bytes(value.path, value.containerID ?? "") + (value.digest?.count ?? 0)
        case .processEvent(let value): bytes(value.args)
        case .pod(let value): pod(value)
        case .kubernetesEvent(let value): bytes(value.message)
        case .loss(let value): bytes(value.kind, value.cause, value.containerID ?? "")
        case .verdict(let value):
            bytes(value.dimension, value.outcome, value.object, value.profile) + bytes(value.access)
        case .networkFlow, .fileFlow, .fileEvent, .networkEvent, .processFlow: 0
        }
    }

    private func pod(_ value: Pod) -> Int {
        let services = value.services.reduce(0) { sum, service in
            sum + 64 + bytes(service.name, service.id, service.namespace)
                + service.portList.reduce(0) { $0 + 32 + bytes($1.proto) }
                + 8 * service.clusterIP.count
        }
        let maps = [value.labels, value.selectors].reduce(0) { sum, map in
            sum + map.reduce(0) { $0 + bytes($1.key, $1.value) }
        }
        return bytes(value.id, value.name, value.nodeName, value.namespace) + services + maps
            + 8 * (value.hostIP.count + value.internalIP.count)
    }

    private func bytes(_ texts: String...) -> Int { texts.reduce(0) { $0 + $1.utf8.count } }

    private func bytes(_ texts: [String]) -> Int { texts.reduce(0) { $0 + 16 + $1.utf8.count } }
}
