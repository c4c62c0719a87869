/// How much of a trace's entities `EntityTables` keeps. At each limit the entities that were not
/// cited for longest are forgotten, which is counted; what cites them later is joined to nothing,
/// which is counted too. One entity is always kept, however large.
public enum EntityLimits {
    /// Bytes of processes with their text.
    public static let processBytes = 12 << 20
    /// Bytes of files with their text.
    public static let fileBytes = 8 << 20
    /// Bytes of containers with their text.
    public static let containerBytes = 2 << 20
    /// Bytes of pods with their text.
    public static let podBytes = 2 << 20
    /// Ancestors of a process that are looked at. Beyond: they are left out.
    public static let ancestors = 64
}

/// What an entity costs: its record, its text, and its share of the tables around it.
extension Process {
    var cost: Int {
        var bytes = MemoryLayout<Process>.stride + 256
        for text in env { bytes += text.utf8.count + 16 }
        return bytes + exe.utf8.count + exeArgs.utf8.count + userName.utf8.count
            + groupName.utf8.count + (containerID?.utf8.count ?? 0) + cwd.utf8.count
    }
}

extension File {
    var cost: Int {
        MemoryLayout<File>.stride + 128 + path.utf8.count + (containerID?.utf8.count ?? 0)
    }
}

extension Container {
    var cost: Int {
        MemoryLayout<Container>.stride + 128 + id.utf8.count + name.utf8.count + image.utf8.count
            + imageID.utf8.count + (podID?.utf8.count ?? 0)
    }
}

extension Pod {
    var cost: Int {
        var bytes = MemoryLayout<Pod>.stride + 128 + id.utf8.count + name.utf8.count
        bytes += nodeName.utf8.count + namespace.utf8.count
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
