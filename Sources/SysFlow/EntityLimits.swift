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

// What an entity costs: itself, its texts, and its share of the tables around it.

extension Process {
    var cost: Int { MemoryLayout<Process>.stride + 256 + textBytes }
}

extension File {
    var cost: Int { MemoryLayout<File>.stride + 128 + textBytes }
}

extension Container {
    var cost: Int { MemoryLayout<Container>.stride + 128 + textBytes }
}

extension Pod {
    var cost: Int { MemoryLayout<Pod>.stride + 128 + textBytes }
}
