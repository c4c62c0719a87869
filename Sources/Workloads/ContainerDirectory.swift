/// Finds containers by the state that their runtimes keep on disk; no daemon is asked.
public struct ContainerDirectory: Sendable {
    /// More containers than this are reported and left out.
    public static let containerLimit = 16_384

    let files: HostFiles
    let roots: RuntimeRoots

    /// - Parameters:
    ///   - root: the directory that holds the machine's root file system: `/`, or `/host`
    ///     in a container that has it mounted there. Links are followed within it.
    ///   - roots: where below it the runtimes keep their state.
    public init(root: String = "/", roots: RuntimeRoots = RuntimeRoots()) {
        files = HostFiles(root: root)
        self.roots = roots
    }

    /// All containers now, and what could not be read.
    public func scan() -> ContainerListing {
        var scan = StateScan(files: files, onlyID: nil)
        scan.visit(roots)
        return scan.listing()
    }

    /// The state of one container, by its full id; reads no other container's files.
    /// For a container that is being made: its state may be absent or incomplete.
    public func scan(id: String) -> ContainerListing {
        var scan = StateScan(files: files, onlyID: id)
        scan.visit(roots)
        return scan.listing()
    }

    /// The container that a cgroup belongs to, nested cgroups included, from state on disk.
    /// - Parameter path: from the root of the v2 hierarchy, as the kernel reports it.
    /// - Returns: nil when no state names such a container (yet).
    public func container(forCgroupPath path: String) -> ContainerInfo? {
        for shape in CgroupPathShape.candidates(path) {
            guard var found = scan(id: shape.containerID).containers.first else { continue }
            switch shape.confidence {
            case .certain:
                found.cgroupPath = found.cgroupPath ?? shape.path
                return found
            case .possible:
                if found.cgroupPath == shape.path { return found }
            }
        }
        // A cgroup with a chosen name: only the whole listing can tell.
        return scan().container(forCgroupPath: path)
    }
}
