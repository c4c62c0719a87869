public import Kernel
public import SensorABI

/// Where the sensor's maps and links outlive the process: a directory of the BPF file system.
///
///     ROOT/                       locked by the agent that serves
///       1-LAYOUT/                 ABI version, layout of the maps
///         maps/NAME
///         links-OBJECT-MODE/PROGRAM
///
/// Builds whose maps are laid out alike share `1-LAYOUT`; each has its own links.
public struct PinPlace: Sendable {
    /// A layout's directory, as it is found.
    public struct Layout: Sendable {
        public var directory: String
        public var maps: [String]
        /// Directories of links, and the programs in each.
        public var links: [(directory: String, programs: [String])]
    }

    public static let usualRoot = BPFFileSystem.usualPlace + "/loadline"
    static let linksPrefix = "links-"

    public let root: String

    public init(root: String) { self.root = root }

    /// Makes the directory, on a file system that keeps pins.
    /// - Returns: where a file system had to be mounted for it; nil: it was there.
    public func make() throws(KernelError) -> String? {
        var mounted: String?
        let parent = String(root[..<(root.lastIndex(of: "/") ?? root.startIndex)])
        if !BPFFileSystem.holds(parent) {
            guard parent == BPFFileSystem.usualPlace else {
                throw .unusable(
                    "pin below \(parent): it is no BPF file system",
                    remedy: "mount one there (mount -t bpf bpf \(parent)), or name a directory of "
                        + "\(BPFFileSystem.usualPlace) with --pins")
            }
            try BPFFileSystem.mount(at: parent)
            mounted = parent
        }
        try BPFFileSystem.makeDirectory(root)
        return mounted
    }

    /// What is pinned, sorted by directory.
    public func layouts() throws(KernelError) -> [Layout] {
        var found: [Layout] = []
        for name in try BPFFileSystem.names(in: root) {
            let directory = root + "/" + name
            var layout = Layout(
                directory: directory, maps: try BPFFileSystem.names(in: directory + "/maps"),
                links: [])
            for entry in try BPFFileSystem.names(in: directory)
            where entry.hasPrefix(Self.linksPrefix) {
                let links = directory + "/" + entry
                layout.links.append((links, try BPFFileSystem.names(in: links)))
            }
            found.append(layout)
        }
        return found
    }

    /// Who serves, as the maps of a layout say; nil: they do not say.
    public func agent(of layout: Layout) -> ll_agent? { agent(in: layout.directory) }

    func agent(in directory: String) -> ll_agent? {
        guard let map = try? OwnedMap(reading: directory + "/maps/agent") else { return nil }
        return try? map.map.value(at: UInt32(0), as: ll_agent.self)
    }

    /// How many containers a layout's maps hold; 0 where they cannot be read.
    public func containers(of layout: Layout) -> Int {
        guard let map = try? OwnedMap(reading: layout.directory + "/maps/containers", keySize: 8)
        else { return 0 }
        return (try? map.map.keys(of: UInt64.self).count) ?? 0
    }

    /// Tells the agent that serves a layout not to pin it again.
    public func markReleased(_ layout: Layout) throws(KernelError) {
        let path = layout.directory + "/maps/agent"
        guard BPFFileSystem.inode(path) != nil else { return }
        let map = try OwnedMap(at: path)
        var agent = try map.map.value(at: UInt32(0), as: ll_agent.self) ?? ll_agent()
        agent.released = 1
        try map.map.set(UInt32(0), to: agent)
    }

    /// Removes links, then maps: no program is left without its maps.
    public func remove(_ layout: Layout) throws(KernelError) {
        for links in layout.links { try removeAll(links.directory, links.programs) }
        try removeAll(layout.directory + "/maps", layout.maps)
        try BPFFileSystem.removeDirectory(layout.directory)
    }

    func removeAll(_ directory: String, _ names: [String]) throws(KernelError) {
        for name in names { try BPFFileSystem.unpin(directory + "/" + name) }
        try BPFFileSystem.removeDirectory(directory)
    }

    /// Removes the root's directory, once it is empty.
    public func removeRoot() throws(KernelError) { try BPFFileSystem.removeDirectory(root) }
}
