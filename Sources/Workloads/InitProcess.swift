/// Checks a state file's pid against the process that has it now.
enum InitProcess {
    /// Drops a pid that ended or that another process has since, and takes the cgroup from
    /// the process where the state has none.
    static func settle(_ fragment: inout ContainerFragment, _ files: HostFiles) {
        checkProcess(&fragment, files)
        fragment.cgroupPath = fragment.cgroupPath ?? fragment.plannedCgroupPath
    }

    private static func checkProcess(_ fragment: inout ContainerFragment, _ files: HostFiles) {
        guard let pid = fragment.initPID else { return }
        guard let stat = try? files.text("/proc/\(pid)/stat") else {
            fragment.initPID = nil
            return
        }
        if let expected = fragment.initStartTicks, startTicks(stat) != expected {
            fragment.initPID = nil
            return
        }
        guard fragment.cgroupPath == nil, let text = try? files.text("/proc/\(pid)/cgroup"),
            let path = CgroupHierarchy.unifiedPath(procCgroup: text)
        else { return }
        // The init process may have moved itself below the container's own cgroup.
        fragment.cgroupPath =
            CgroupPathShape.candidates(path).first { $0.containerID == fragment.id }?.path
            ?? (fragment.initStartTicks != nil ? path : nil)
    }

    /// Field 22 of /proc/PID/stat; the name in field 2 may hold blanks and parentheses.
    private static func startTicks(_ stat: String) -> UInt64? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }
}
