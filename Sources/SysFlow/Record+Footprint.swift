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
            value.exporter.utf8.count + value.ip.utf8.count + value.filename.utf8.count
        case .container(let value): value.textBytes
        case .process(let value): value.textBytes
        case .file(let value): value.textBytes
        case .processEvent(let value): bytes(value.args)
        case .pod(let value): value.textBytes
        case .kubernetesEvent(let value): value.message.utf8.count
        case .loss(let value):
            value.kind.utf8.count + value.cause.utf8.count + bytes(value.containerID)
        case .verdict(let value):
            value.dimension.utf8.count + value.outcome.utf8.count + value.object.utf8.count
                + value.profile.utf8.count + bytes(value.access)
        case .networkFlow, .fileFlow, .fileEvent, .networkEvent, .processFlow: 0
        }
    }
}

// What an entity's texts and lists take beside the entity itself.

extension Container {
    var textBytes: Int {
        id.utf8.count + name.utf8.count + image.utf8.count + imageID.utf8.count + bytes(podID)
            + bytes(imageDigest)
    }
}

extension Process {
    var textBytes: Int {
        exe.utf8.count + exeArgs.utf8.count + userName.utf8.count + groupName.utf8.count
            + bytes(containerID) + cwd.utf8.count + bytes(env)
    }
}

extension File {
    var textBytes: Int { path.utf8.count + bytes(containerID) + (digest?.count ?? 0) }
}

extension Pod {
    var textBytes: Int {
        var bytes = id.utf8.count + name.utf8.count + nodeName.utf8.count + namespace.utf8.count
        bytes += 8 * (hostIP.count + internalIP.count)
        for (key, value) in labels { bytes += key.utf8.count + value.utf8.count + 64 }
        for (key, value) in selectors { bytes += key.utf8.count + value.utf8.count + 64 }
        for service in services {
            bytes += service.name.utf8.count + service.id.utf8.count + service.namespace.utf8.count
            bytes += 128 + 8 * service.clusterIP.count
            for port in service.portList { bytes += 64 + port.proto.utf8.count }
        }
        return bytes
    }
}

private func bytes(_ text: String?) -> Int { text?.utf8.count ?? 0 }

private func bytes(_ texts: [String]) -> Int {
    var sum = 0
    for text in texts { sum += text.utf8.count + 16 }
    return sum
}
