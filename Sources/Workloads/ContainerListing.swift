/// The containers of a machine at one moment, sorted by name and id.
public struct ContainerListing: Sendable {
    public let containers: [ContainerInfo]
    /// State that could not be read; its containers may be missing above or lack details.
    public let problems: [StateProblem]

    public init(containers: [ContainerInfo], problems: [StateProblem] = []) {
        self.containers = containers
        self.problems = problems
    }

    /// The container that a person means by a full id, a name (`web`, `POD/web`,
    /// `NAMESPACE/POD/web`) or the beginning of an id.
    /// - Throws: when none or several fit; the error lists candidates.
    public func find(_ query: String) throws(ContainerLookupError) -> ContainerInfo {
        if let exact = containers.first(where: { $0.id == query }) { return exact }
        for fits in [Self.isNamed(query), Self.hasIDPrefix(query)] {
            var found = containers.filter(fits)
            // Of a container and its ended predecessors, the running one is meant.
            let running = found.filter { $0.initPID != nil }
            if running.count == 1 { found = running }
            if found.count == 1, let only = found.first { return only }
            if found.count > 1 { throw .ambiguous(query, candidates: found) }
        }
        throw .absent(query, candidates: containers, problems: problems)
    }

    private static func isNamed(_ query: String) -> (ContainerInfo) -> Bool {
        { container in
            guard !container.isPodSandbox else { return false }
            if container.name == query { return true }
            guard let pod = container.podName else { return false }
            let inPod = pod + "/" + container.name
            return query == inPod
                || container.podNamespace.map { query == "\($0)/\(inPod)" } == true
        }
    }

    private static func hasIDPrefix(_ query: String) -> (ContainerInfo) -> Bool {
        { !query.isEmpty && $0.id.hasPrefix(query) }
    }

    /// The container that a cgroup belongs to: the one whose own cgroup is the nearest
    /// at or above `path`, else the one that the path's shape names.
    public func container(forCgroupPath path: String) -> ContainerInfo? {
        var best: (container: ContainerInfo, length: Int)?
        for container in containers {
            guard let own = container.cgroupPath, CgroupHierarchy.contains(own, path) else {
                continue
            }
            if own.utf8.count > best?.length ?? 0 { best = (container, own.utf8.count) }
        }
        if let best { return best.container }
        let certain = CgroupPathShape.candidates(path).first { $0.confidence == .certain }
        return certain.flatMap { shape in containers.first { $0.id == shape.containerID } }
    }
}
