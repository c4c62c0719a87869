/// A runc state directory: `ROOT/ID/state.json`.
///
/// Source: opencontainers/runc `libcontainer` State.
struct RuncState: Decodable {
    struct Config: Decodable {
        var rootfs: String?
        var labels: [String]?
        var capabilities: Capabilities?
        var cgroups: Cgroups?
        var maskedPaths: [String]?

        private enum CodingKeys: String, CodingKey {
            case rootfs, labels, capabilities, cgroups
            case maskedPaths = "mask_paths"
        }
    }
    struct Capabilities: Decodable {
        var bounding: [String]?

        private enum CodingKeys: String, CodingKey { case bounding = "Bounding" }
    }
    struct Cgroups: Decodable { var path: String? }

    var id: String
    var initPID: Int32?
    /// Clock ticks after boot.
    var initStart: UInt64?
    /// By controller; the v2 hierarchy has the empty name.
    var cgroupPaths: [String: String]?
    var config: Config?

    private enum CodingKeys: String, CodingKey {
        case id, config
        case initPID = "init_process_pid"
        case initStart = "init_process_start"
        case cgroupPaths = "cgroup_paths"
    }

    /// - Parameter runtime: whose containers this root holds.
    func fragment(runtime: ContainerRuntime) -> ContainerFragment {
        var fragment = ContainerFragment(id: id, runtime: runtime)
        var annotations: [String: String] = [:]
        for label in config?.labels ?? [] {
            let pair = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { annotations[String(pair[0])] = String(pair[1]) }
        }
        WorkloadAnnotations.apply(annotations, to: &fragment)
        fragment.bundle = annotations["bundle"]
        fragment.rootfs = config?.rootfs
        fragment.privileged =
            fragment.privileged
            || isPrivileged(bounding: config?.capabilities?.bounding, masked: config?.maskedPaths)
        fragment.initPID = initPID.flatMap { $0 > 0 ? $0 : nil }
        fragment.initStartTicks = initStart
        fragment.cgroupPath = cgroupPaths?[""].flatMap(CgroupHierarchy.path(fromMounted:))
        fragment.plannedCgroupPath = config?.cgroups?.path.flatMap { $0.hasPrefix("/") ? $0 : nil }
        return fragment
    }
}

/// A crun status file: `ROOT/ID/status`; the id is the directory's name.
///
/// Source: containers/crun `src/libcrun/status.c`.
struct CrunStatus: Decodable {
    var pid: Int32?
    var bundle: String?
    var rootfs: String?
    var cgroupPath: String?
    var startTicks: UInt64?

    private enum CodingKeys: String, CodingKey {
        case pid, bundle, rootfs
        case cgroupPath = "cgroup-path"
        case startTicks = "process-start-time"
    }

    func fragment(id: String) -> ContainerFragment {
        var fragment = ContainerFragment(id: id, runtime: .runc)
        fragment.initPID = pid.flatMap { $0 > 0 ? $0 : nil }
        fragment.initStartTicks = startTicks
        fragment.bundle = bundle
        fragment.rootfs = rootfs
        fragment.cgroupPath = cgroupPath.map { $0.hasPrefix("/") ? $0 : "/" + $0 }
        return fragment
    }
}
