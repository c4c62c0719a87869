internal import Sensor
public import SysFlow
public import Workloads

/// A container that is watched: who it is, where the kernel knows it, what it is held to.
public final class WatchedContainer {
    public let slot: UInt32
    public let cgroupID: UInt64
    /// From the root of cgroup v2.
    public let cgroupPath: String
    public internal(set) var info: ContainerInfo
    /// The id in its flow records: the one that was known when watching began.
    public let recordID: String
    public internal(set) var profile: BoundProfile?
    /// Boot time of the moment when watching began.
    public let since: UInt64
    /// Boot time at which its cgroup was made; nil: before this program ran.
    public internal(set) var madeAt: UInt64?
    /// Boot time of its entry point's exec; nil: not seen.
    public internal(set) var startedAt: UInt64?
    /// Processes that this program killed, for what had taken effect or for their content; the
    /// kernel does not count them.
    public internal(set) var killedLate = 0
    /// Boot time at which it was frozen last, or was to be.
    var quarantinedAt: UInt64?
    /// Its flow records are wanted.
    public internal(set) var isRecorded = false
    /// How the kernel held it when this program began; nil: it did not.
    var inherited: HeldContainer?
    /// False once its cgroup is gone; processes that were moved out of it may live on.
    public internal(set) var isAlive = true

    init(slot: UInt32, cgroupID: UInt64, cgroupPath: String, info: ContainerInfo, since: UInt64) {
        self.slot = slot
        self.cgroupID = cgroupID
        self.cgroupPath = cgroupPath
        self.info = info
        recordID = info.id
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
            id: recordID, name: info.name, image: info.image ?? "", imageID: info.imageID ?? "",
            type: type, privileged: info.privileged, podID: info.podID,
            imageDigest: info.imageID.flatMap { $0.hasPrefix("sha256:") ? $0 : nil },
            cgroupID: cgroupID)
    }
}
