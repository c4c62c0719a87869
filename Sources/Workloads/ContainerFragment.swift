/// What one state file says of a container; several are merged into a `ContainerInfo`.
struct ContainerFragment {
    var id: String
    var runtime: ContainerRuntime
    var name: String?
    var image: String?
    var imageID: String?
    var podUID: String?
    var sandboxID: String?
    var podName: String?
    var podNamespace: String?
    var isPodSandbox = false
    var labels: [String: String] = [:]
    var privileged = false
    var awaitsStart = false
    var isStarting = false
    /// Where the runtime says that the container is.
    var cgroupPath: String?
    /// Where its specification asks for it to be.
    var plannedCgroupPath: String?
    var initPID: Int32?
    /// Clock ticks after boot at which the init process started, where the state has it.
    var initStartTicks: UInt64?
    var bundle: String?
    var rootfs: String?

    init(id: String, runtime: ContainerRuntime) {
        self.id = id
        self.runtime = runtime
    }

    /// Adds what `inner`, the state of a runtime further in, knows and this one does not.
    mutating func complete(from inner: ContainerFragment) {
        if inner.runtime.rank > runtime.rank { runtime = inner.runtime }
        name = name ?? inner.name
        image = image ?? inner.image
        imageID = imageID ?? inner.imageID
        podUID = podUID ?? inner.podUID
        sandboxID = sandboxID ?? inner.sandboxID
        podName = podName ?? inner.podName
        podNamespace = podNamespace ?? inner.podNamespace
        isPodSandbox = isPodSandbox || inner.isPodSandbox
        labels.merge(inner.labels) { own, _ in own }
        privileged = privileged || inner.privileged
        awaitsStart = awaitsStart || inner.awaitsStart
        isStarting = isStarting || inner.isStarting
        cgroupPath = cgroupPath ?? inner.cgroupPath
        plannedCgroupPath = plannedCgroupPath ?? inner.plannedCgroupPath
        if initPID == nil || (initStartTicks == nil && inner.initStartTicks != nil) {
            initPID = inner.initPID
            initStartTicks = inner.initStartTicks
        }
        bundle = bundle ?? inner.bundle
        rootfs = rootfs ?? inner.rootfs
    }

    var info: ContainerInfo {
        var info = ContainerInfo(id: id, name: name ?? id, runtime: runtime)
        info.image = image
        info.imageID = imageID ?? image.flatMap(digest)
        info.podID = podUID ?? cgroupPath.flatMap(CgroupPathShape.podUID) ?? sandboxID
        info.podName = podName
        info.podNamespace = podNamespace
        info.isPodSandbox = isPodSandbox
        info.labels = labels
        info.privileged = privileged
        info.awaitsStart = awaitsStart
        info.isStarting = isStarting
        info.cgroupPath = cgroupPath
        info.initPID = initPID
        info.bundle = bundle
        info.rootfs = rootfs
        return info
    }

    private func digest(of reference: String) -> String? {
        guard let at = reference.lastIndex(of: "@") else { return nil }
        return String(reference[reference.index(after: at)...])
    }
}

extension ContainerRuntime {
    /// Greater is further out: nearer to the person who asked for the container.
    var rank: Int {
        switch self {
        case .runc: 0
        case .containerd: 1
        case .crio: 2
        case .podman: 3
        case .docker: 4
        }
    }
}
