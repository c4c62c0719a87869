import Foundation

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
    /// - Parameter known: ids of containers whose files are not read and that are left out. A
    ///   container may lack what its sandbox says where that is among them.
    public func scan(except known: Set<String> = []) -> ContainerListing {
        var scan = StateScan(files: files, selection: .all(except: known))
        scan.visit(roots)
        return scan.listing()
    }

    /// The state of one container, by its full id; reads no other container's files but its
    /// sandbox's. For a container that is being made: its state may be absent or incomplete.
    public func scan(id: String) -> ContainerListing {
        var scan = StateScan(files: files, selection: .only(id))
        scan.visit(roots, withSandboxOf: id)
        return scan.listing(of: id)
    }

    /// Whether some runtime has a state file of this container: a question so cheap that it may be
    /// asked every few milliseconds while a container is being made.
    public func hasState(ofID id: String) -> Bool {
        guard !id.isEmpty, !id.contains("/"), id != "..", id != "." else { return false }
        let inRoots = roots.runc + roots.runcByNamespace.flatMap(directories)
        return inRoots.contains { exists("\($0)/\(id)/state.json") || exists("\($0)/\(id)/status") }
            || roots.containerdTasks.flatMap(directories).contains {
                exists("\($0)/\(id)/config.json")
            }
            || roots.dockerContainers.contains { exists("\($0)/\(id)/config.v2.json") }
            || roots.storage.contains { exists("\($0)/\(id)/userdata/config.json") }
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: files.prefix + path)
    }

    private func directories(in parent: String) -> [String] {
        guard exists(parent) else { return [] }
        return ((try? files.names(in: parent)) ?? []).map { parent + "/" + $0 }
    }

    /// The container that a cgroup belongs to, nested cgroups included, from state on disk.
    /// - Parameters:
    ///   - path: from the root of the v2 hierarchy, as the kernel reports it.
    ///   - searchesAll: read every container's state where the path's shape does not tell the id.
    /// - Returns: nil when no state names such a container (yet).
    public func container(
        forCgroupPath path: String, searchesAll: Bool = true
    ) -> ContainerInfo? {
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
        return searchesAll ? scan().container(forCgroupPath: path) : nil
    }
}
