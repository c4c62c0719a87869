/// Where runtimes keep their state, below the machine's root.
public struct RuntimeRoots: Hashable, Sendable {
    /// runc's and crun's `--root` directories: each has a directory a container.
    public var runc: [String]
    /// Directories whose subdirectories are such roots, one a namespace.
    public var runcByNamespace: [String]
    /// containerd's task directories: NAMESPACE/ID.
    public var containerdTasks: [String]
    public var dockerContainers: [String]
    /// Directories of the storage library: CRI-O's and podman's, volatile and durable.
    public var storage: [String]

    public init(
        runc: [String] = ["/run/runc", "/run/crun", "/run/crio/runc", "/run/crio/crun"],
        runcByNamespace: [String] = ["/run/containerd/runc", "/run/docker/runtime-runc"],
        containerdTasks: [String] = [
            "/run/containerd/io.containerd.runtime.v2.task",
            "/run/containerd/io.containerd.runtime.v1.linux",
            "/run/k3s/containerd/io.containerd.runtime.v2.task",
        ],
        dockerContainers: [String] = ["/var/lib/docker/containers"],
        storage: [String] = [
            "/run/containers/storage/overlay-containers",
            "/var/lib/containers/storage/overlay-containers",
            "/run/containers/storage/vfs-containers",
            "/var/lib/containers/storage/vfs-containers",
        ]
    ) {
        self.runc = runc
        self.runcByNamespace = runcByNamespace
        self.containerdTasks = containerdTasks
        self.dockerContainers = dockerContainers
        self.storage = storage
    }
}
