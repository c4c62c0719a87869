public import SysFlow
public import Workloads

/// A container that is watched: who it is, where the kernel knows it, what it is held to.
public final class WatchedContainer {
    public let slot: UInt32
    public let cgroupID: UInt64
    /// From the root of cgroup v2.
    public let cgroupPath: String
    public internal(set) var info: ContainerInfo
    public internal(set) var profile: BoundProfile?
    /// Boot time of the moment when watching began.
    public let since: UInt64
    /// False once its cgroup is gone.
    public internal(set) var isAlive = true

    init(slot: UInt32, cgroupID: UInt64, cgroupPath: String, info: ContainerInfo, since: UInt64) {
        self.slot = slot
        self.cgroupID = cgroupID
        self.cgroupPath = cgroupPath
        self.info = info
        self.since = since
    }

    public var entity: SysFlow.Container {
        let type: ContainerType =
            switch info.runtime {
            case .docker: .docker
            case .crio: .crio
            case .containerd: info.podID == nil ? .containerd : .cri
            default: .custom
            }
        return SysFlow.Container(
            id: info.id, name: info.name, image: info.image ?? "", imageID: info.imageID ?? "",
            type: type, privileged: info.privileged, podID: info.podID)
    }
}
