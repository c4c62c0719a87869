import Foundation

/// The storage library that CRI-O and podman share: one directory a container, and
/// `containers.json` with names and images.
///
/// Source: containers/storage `containers.go`; CRI-O and podman keep their own facts as a
/// JSON text in `metadata`.
enum ContainerStorage {
    struct Entry: Decodable {
        var id: String
        var names: [String]?
        var image: String?
        var metadata: String?
    }

    struct Metadata: Decodable {
        var name: String?
        var imageName: String?
        var imageID: String?
        var podID: String?
        var podName: String?

        private enum CodingKeys: String, CodingKey {
            case name
            case imageName = "image-name"
            case imageID = "image-id"
            case podID = "pod-id"
            case podName = "pod-name"
        }
    }

    struct RunState: Decodable {
        var pid: Int32?
        var initPid: Int32?
        var status: String?
    }

    /// What `containers.json` says; podman unless the container's own state says CRI-O.
    static func fragment(_ entry: Entry) -> ContainerFragment {
        let metadata = entry.metadata.flatMap {
            try? JSONDecoder().decode(Metadata.self, from: Data($0.utf8))
        }
        let isCRIO = metadata?.podID.map { !$0.isEmpty } ?? false
        var fragment = ContainerFragment(id: entry.id, runtime: isCRIO ? .crio : .podman)
        fragment.name = entry.names?.first ?? metadata?.name
        fragment.image = metadata?.imageName.flatMap { $0.isEmpty ? nil : $0 }
        fragment.imageID =
            metadata?.imageID.flatMap { $0.isEmpty ? nil : $0 }
            ?? entry.image.flatMap { $0.isEmpty ? nil : $0 }
        if isCRIO { fragment.sandboxID = metadata?.podID }
        return fragment
    }

    /// What `userdata/config.json` and `userdata/state.json` say.
    static func read(
        _ files: HostFiles, userdata: String, id: String
    ) throws(StateProblem) -> ContainerFragment? {
        guard let spec = try files.json(userdata + "/config.json", as: OCISpecification.self)
        else { return nil }
        var fragment = ContainerFragment(id: id, runtime: .podman)
        WorkloadAnnotations.apply(spec.annotations ?? [:], to: &fragment)
        fragment.privileged = fragment.privileged || spec.privileged
        fragment.plannedCgroupPath = spec.linux?.cgroupsPath.flatMap(SystemdSlice.cgroupPath)
        fragment.bundle = userdata
        fragment.rootfs = spec.root?.path
        if let state = try files.json(userdata + "/state.json", as: RunState.self),
            state.status != "stopped", let pid = state.pid ?? state.initPid, pid > 0
        {
            fragment.initPID = pid
        } else {
            fragment.initPID = try files.text(userdata + "/pidfile").flatMap(ContainerdTask.pid)
        }
        return fragment
    }
}
