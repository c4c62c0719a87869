/// One pass over the runtimes' state: what was found, merged by id.
struct StateScan {
    /// Whose files are read.
    enum Selection {
        case all(except: Set<String>)
        case only(String)

        func contains(_ id: String) -> Bool {
            switch self {
            case .all(let except): !except.contains(id)
            case .only(let wanted): id == wanted
            }
        }
    }

    let files: HostFiles
    private var selection: Selection
    private var found: [String: ContainerFragment] = [:]
    private var problems: [StateProblem] = []
    private var leftOut = 0

    init(files: HostFiles, selection: Selection) {
        self.files = files
        self.selection = selection
    }

    /// Reads one container's state, and that of its pod's sandbox.
    mutating func visit(_ roots: RuntimeRoots, withSandboxOf id: String) {
        visit(roots)
        guard let sandbox = found[id]?.sandboxID, sandbox != id else { return }
        selection = .only(sandbox)
        visit(roots)
    }

    mutating func visit(_ roots: RuntimeRoots) {
        for root in roots.dockerContainers { visitDocker(root) }
        for root in roots.storage { visitStorage(root) }
        for root in roots.containerdTasks { visitContainerd(root) }
        for parent in roots.runcByNamespace {
            let runtime: ContainerRuntime = parent.hasPrefix("/run/docker") ? .docker : .containerd
            for namespace in names(in: parent) {
                visitRunc(parent + "/" + namespace, namespace == "moby" ? .docker : runtime)
            }
        }
        for root in roots.runc { visitRunc(root, .runc) }
    }

    private mutating func visitDocker(_ root: String) {
        for id in ids(in: root) {
            read { files throws(StateProblem) in
                try DockerContainer.read(files, directory: root + "/" + id)
            }
        }
    }

    private mutating func visitStorage(_ root: String) {
        do {
            for entry in try files.json(
                root + "/containers.json", as: [ContainerStorage.Entry].self)
                ?? [] where selection.contains(entry.id)
            {
                add(ContainerStorage.fragment(entry))
            }
        } catch {
            problems.append(error)
        }
        for id in ids(in: root) {
            read { files throws(StateProblem) in
                try ContainerStorage.read(files, userdata: "\(root)/\(id)/userdata", id: id)
            }
        }
    }

    private mutating func visitContainerd(_ root: String) {
        for namespace in names(in: root) {
            for id in ids(in: root + "/" + namespace) {
                read { files throws(StateProblem) in
                    try ContainerdTask.read(
                        files, directory: "\(root)/\(namespace)/\(id)", namespace: namespace, id: id
                    )
                }
            }
        }
    }

    /// From the moment when a container is told to start to its first program, at most; seconds.
    private static let startTakes: Double = 2

    private mutating func visitRunc(_ root: String, _ runtime: ContainerRuntime) {
        for id in ids(in: root) {
            let directory = root + "/" + id
            read { files throws(StateProblem) in
                var fragment = try files.json(directory + "/state.json", as: RuncState.self)?
                    .fragment(runtime: runtime)
                // runc and crun wait for a reader of this FIFO, then remove it. On a busy machine
                // the one that waited gets to its exec a good while later.
                fragment?.awaitsStart = try files.names(in: directory).contains("exec.fifo")
                fragment?.isStarting = try files.changed(directory, within: Self.startTakes)
                return fragment
            }
            read { files throws(StateProblem) in
                try files.json(directory + "/status", as: CrunStatus.self)?.fragment(id: id)
            }
        }
    }

    private mutating func read(
        _ body: (HostFiles) throws(StateProblem) -> ContainerFragment?
    ) {
        do {
            if let fragment = try body(files) { add(fragment) }
        } catch {
            problems.append(error)
        }
    }

    private mutating func add(_ fragment: ContainerFragment) {
        if found[fragment.id] != nil {
            found[fragment.id]?.complete(from: fragment)
        } else if found.count < ContainerDirectory.containerLimit {
            found[fragment.id] = fragment
        } else {
            leftOut += 1
        }
    }

    private mutating func ids(in directory: String) -> [String] {
        // The id becomes part of a path: one component, whoever asked for it.
        switch selection {
        case .only(let id):
            return id.isEmpty || id.contains("/") || id == "." || id == ".." ? [] : [id]
        case .all(let except):
            return names(in: directory).filter { !except.contains($0) }
        }
    }

    private mutating func names(in directory: String) -> [String] {
        do {
            return try files.names(in: directory)
        } catch {
            problems.append(error)
            return []
        }
    }

    /// - Parameter id: of the only container to be listed; nil: all.
    func listing(of id: String? = nil) -> ContainerListing {
        var problems = problems
        if leftOut > 0 {
            problems.append(
                StateProblem(
                    path: files.prefix + "/",
                    reason: "\(leftOut) containers beyond the limit of "
                        + "\(ContainerDirectory.containerLimit) were left out"))
        }
        let sandboxes = found.filter { $0.value.isPodSandbox }
        let listed = found.values.filter { id == nil || $0.id == id }
        let containers = listed.map { fragment in
            var fragment = fragment
            InitProcess.settle(&fragment, files)
            if let sandbox = fragment.sandboxID.flatMap({ sandboxes[$0] }) {
                // Workload labels are written at the pod's sandbox only.
                fragment.labels.merge(sandbox.labels) { own, _ in own }
                fragment.podName = fragment.podName ?? sandbox.podName
                fragment.podNamespace = fragment.podNamespace ?? sandbox.podNamespace
            }
            return fragment.info
        }
        return ContainerListing(
            containers: containers.sorted { ($0.name, $0.id) < ($1.name, $1.id) },
            problems: problems)
    }
}
