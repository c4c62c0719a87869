/// How a test container differs from the usual one.
public struct ContainerOptions: Sendable {
    /// Share the host's network; otherwise its own, with loopback only.
    public var hostNetwork = false
    public var annotations: [String: String] = [:]
    /// Put into the container's root file system before it is created.
    public var files: [ContainerFile] = []
    public var environment: [String] = []
    /// Capabilities of the entry point and of what is executed later; Docker's default set.
    public var capabilities = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW",
        "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE",
        "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ]
    /// The parent cgroup, from the hierarchies' root; empty for the root itself.
    public var cgroupParent = ""
    /// Bytes that the container may write in all.
    public var diskBytes = 256 << 20

    public init() {}
}
