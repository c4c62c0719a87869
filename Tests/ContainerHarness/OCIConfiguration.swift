import Foundation

/// The OCI specification of a test container: namespaces and mounts as Docker makes them; no
/// resource limits, which need rights that test machines lack.
struct OCIConfiguration {
    let id: String
    let command: [String]
    let rootfs: String
    let cgroupPath: String
    let options: ContainerOptions

    func json() throws -> Data {
        let document: [String: Any] = [
            "ociVersion": "1.0.2",
            "hostname": "loadline-test",
            "root": ["path": rootfs, "readonly": false] as [String: Any],
            "annotations": options.annotations,
            "process": try process(),
            "mounts": mounts,
            "linux": linux,
        ]
        return try JSONSerialization.data(withJSONObject: document)
    }

    private func process() throws -> [String: Any] {
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let sets = ["bounding", "effective", "permitted"].map { ($0, options.capabilities) }
        let user = try ContainerFile.account(options.user)
        return [
            "terminal": false, "user": ["uid": user.uid, "gid": user.gid], "cwd": "/",
            "args": command,
            "env": [path, "HOME=/root"] + options.environment,
            "capabilities": Dictionary(uniqueKeysWithValues: sets), "noNewPrivileges": false,
        ]
    }

    private var mounts: [[String: Any]] {
        let fixed = ["nosuid", "noexec", "nodev"]
        var mounts = [
            mount("/proc", "proc", fixed),
            mount("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
            mount(
                "/dev/pts", "devpts",
                ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
            mount("/dev/shm", "tmpfs", fixed + ["mode=1777", "size=65536k"]),
            mount("/dev/mqueue", "mqueue", fixed),
            mount("/sys", "sysfs", fixed + ["ro"]),
            // Programs can be started from here, as on most images.
            mount("/tmp", "tmpfs", ["nosuid", "nodev", "mode=1777", "size=65536k"]),
            mount("/run", "tmpfs", ["nosuid", "nodev", "mode=755", "size=65536k"]),
        ]
        for path in options.hidden { mounts.append(mount(path, "tmpfs", ["ro", "size=4k"])) }
        for volume in options.volumes {
            mounts.append([
                "destination": volume.path, "type": "bind", "source": volume.directory,
                "options": ["rbind"],
            ])
        }
        return mounts
    }

    private func mount(_ path: String, _ type: String, _ options: [String]) -> [String: Any] {
        ["destination": path, "type": type, "source": type, "options": options]
    }

    private var linux: [String: Any] {
        var namespaces = ["mount", "ipc", "uts"]
        if !options.hostPIDs { namespaces.append("pid") }
        if !options.hostNetwork { namespaces.append("network") }
        return [
            "namespaces": namespaces.map { ["type": $0] }, "cgroupsPath": cgroupPath,
            "maskedPaths": [
                "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi",
                "/sys/firmware",
            ],
            "readonlyPaths": [
                "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
            ],
        ]
    }
}
