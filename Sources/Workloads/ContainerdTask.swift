/// A containerd task's bundle: `TASKS/NAMESPACE/ID/config.json` and `init.pid`.
enum ContainerdTask {
    static func read(
        _ files: HostFiles, directory: String, namespace: String, id: String
    ) throws(StateProblem) -> ContainerFragment? {
        guard let spec = try files.json(directory + "/config.json", as: OCISpecification.self)
        else { return nil }
        var fragment = ContainerFragment(
            id: id, runtime: namespace == "moby" ? .docker : .containerd)
        WorkloadAnnotations.apply(spec.annotations ?? [:], to: &fragment)
        fragment.privileged = fragment.privileged || spec.privileged
        fragment.plannedCgroupPath = spec.linux?.cgroupsPath.flatMap(SystemdSlice.cgroupPath)
        fragment.bundle = directory
        fragment.rootfs = spec.root?.path.map { $0.hasPrefix("/") ? $0 : directory + "/" + $0 }
        // A pid that is not there yet is a container that does not run yet.
        fragment.initPID = try? files.text(directory + "/init.pid").flatMap(pid)
        return fragment
    }

    static func pid(_ text: String) -> Int32? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return Int32(digits).flatMap { $0 > 0 ? $0 : nil }
    }
}
