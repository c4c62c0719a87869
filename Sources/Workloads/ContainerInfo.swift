/// The program that started a container and keeps its state: the outermost one
/// known, so a Docker container is `docker` although containerd and runc run it.
public enum ContainerRuntime: String, Sendable, CaseIterable {
    case runc
    case containerd
    case crio = "cri-o"
    case podman
    case docker
}

/// One container as its runtime's state on disk describes it.
public struct ContainerInfo: Hashable, Sendable {
    /// The runtime's full id: 64 hexadecimal digits, or for runc and ctr a chosen name.
    public var id: String
    /// The name that people use: Kubernetes' container name, Docker's or podman's name, else the id.
    public var name: String
    /// The image reference as it was asked for; nil where the runtime's state has none (plain runc).
    public var image: String?
    /// The image's digest or id.
    public var imageID: String?
    public var runtime: ContainerRuntime
    /// The pod's UID; where the state has none, the id of its sandbox.
    public var podID: String?
    public var podName: String?
    public var podNamespace: String?
    /// The container that only holds a pod's namespaces.
    public var isPodSandbox: Bool
    /// Labels of the container and, where the state has them, of its pod (CRI-O and
    /// cri-dockerd; containerd keeps pod labels in a database that is not read); for plain
    /// runc and containerd the annotations of the OCI specification.
    public var labels: [String: String]
    /// It may do what the host's root may: CAP_SYS_ADMIN with nothing masked.
    public var privileged: Bool
    /// Created, and its entry point not started yet: what runs in it is the runtime's set-up.
    public var awaitsStart = false
    /// Told to start a moment ago: the runtime's set-up may still be on its way to the entry point.
    public var isStarting = false
    /// Within the cgroup v2 hierarchy, from its root: `/system.slice/docker-ID.scope`.
    public var cgroupPath: String?
    /// In the host's pid namespace; nil when the container does not run.
    public var initPID: Int32?
    /// The OCI bundle's directory on the host.
    public var bundle: String?
    /// The root file system's directory on the host.
    public var rootfs: String?

    public init(id: String, name: String, runtime: ContainerRuntime) {
        self.id = id
        self.name = name
        self.runtime = runtime
        isPodSandbox = false
        labels = [:]
        privileged = false
    }
}
