/// How a test container differs from the usual one.
public struct ContainerOptions: Sendable {
    /// Share the host's network; otherwise its own, with loopback only.
    public var hostNetwork = false
    /// See and reach the host's processes.
    public var hostPIDs = false
    public var annotations: [String: String] = [:]
    /// Put into the container's root file system before it is created.
    public var files: [ContainerFile] = []
    /// Directories of the host that outlast the container.
    public var volumes: [ContainerVolume] = []
    /// Directories of the host that the container does not see: empty there.
    public var hidden: [String] = []
    /// Files of the host that the container does not have.
    public var absent: [String] = []
    public var environment: [String] = []
    /// Who the entry point runs as, a name of the host's /etc/passwd.
    public var user = "root"
    /// Capabilities of the entry point and of what is executed later; Docker's default set.
    public var capabilities = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW",
        "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE",
        "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ]
    /// The parent cgroup, from the hierarchies' root; empty for the root itself.
    public var cgroupParent = ""
    /// Bytes that the container may write in all.
    public var diskBytes = 2 << 30

    public init() {}
}

/// A directory of the host that a container has at a path of its own.
public struct ContainerVolume: Sendable {
    public var directory: String
    public var path: String

    public init(_ directory: String, at path: String) {
        self.directory = directory
        self.path = path
    }
}
