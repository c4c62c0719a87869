public import Workloads

/// Which container is meant: by name or id, or by its cgroup.
public enum Target: Sendable {
    case container(String)
    /// A directory of cgroup v2, or its path from the hierarchy's root.
    case cgroup(String)

    /// Finds the container in the runtimes' state.
    /// - Parameter stateRoot: `/`, or where the host's root file system is mounted.
    public func resolve(
        in hierarchy: CgroupHierarchy, stateRoot: String
    ) throws -> (info: ContainerInfo, cgroupPath: String) {
        let directory = ContainerDirectory(root: stateRoot)
        switch self {
        case .container(let query):
            let info = try directory.scan().find(query)
            guard let path = info.cgroupPath else {
                throw FileProblem(
                    "the container \(info.name) has no cgroup v2 in its runtime's state: "
                        + "is it running? Name its cgroup with --cgroup PATH")
            }
            return (info, path)
        case .cgroup(let argument):
            let path = try hierarchy.path(fromArgument: argument)
            if let info = directory.container(forCgroupPath: path) { return (info, path) }
            let name = path.split(separator: "/").last.map(String.init) ?? path
            return (ContainerInfo(id: name, name: name, runtime: .runc), path)
        }
    }
}
