import Foundation
import Glibc
import Workloads

extension RuncContainer {
    /// Mounts the root file system and has runc set everything up; the entry point waits for
    /// `start`. The cgroup exists from here on.
    public func create() throws {
        try RequiredTool.require(.runc, .mount)
        Leftovers.sweepOnce()
        Leftovers.register(self)
        do {
            try mountRoot()
            for path in options.absent { try FileManager.default.removeItem(atPath: rootfs + path) }
            for file in options.files { try file.write(below: rootfs) }
            let configuration = OCIConfiguration(
                id: id, command: command, rootfs: rootfs, cgroupPath: cgroupPath, options: options)
            try configuration.json().write(to: URL(fileURLWithPath: bundle + "/config.json"))
            try runcCreate()
        } catch {
            delete()
            throw error
        }
    }

    /// Runs the entry point; creates the container first where `create` was not called.
    public func start() throws {
        if !FileManager.default.fileExists(atPath: pidFile) { try create() }
        do {
            try Command.run(["runc", "start", id]).expectSuccess("runc start \(id)")
        } catch {
            delete()
            throw error
        }
    }

    private func mountRoot() throws {
        let manager = FileManager.default
        for path in [layer, rootfs, bundle] {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let size = "size=\(options.diskBytes),mode=755"
        try Command.run(["mount", "-t", "tmpfs", "-o", size, "loadline-test", layer])
            .expectSuccess("mount of a tmpfs on \(layer)")
        for path in ["/upper", "/work"] {
            try manager.createDirectory(atPath: layer + path, withIntermediateDirectories: true)
        }
        let layers = "lowerdir=/,upperdir=\(layer)/upper,workdir=\(layer)/work"
        try Command.run(["mount", "-t", "overlay", "-o", layers, "loadline-test", rootfs])
            .expectSuccess("mount of an overlay on \(rootfs)")
    }

    /// The entry point keeps runc's descriptors, so they must outlast runc.
    private func runcCreate() throws {
        let command = try Command(
            ["runc", "create", "--bundle", bundle, "--pid-file", pidFile, id],
            outputFile: directory + "/output")
        let result = command.wait(timeout: 20)
        if result.status != 0 { throw HarnessError("runc create \(id): \(output)") }
    }

    /// Ends everything in the container, unmounts and removes all of it. Safe to call again
    /// and after any failure.
    public func delete() {
        Self.remove(id: id, cgroupPath: cgroupPath)
        Leftovers.forget(self)
    }

    static func remove(id: String, cgroupPath: String) {
        let directory = "/tmp/" + id
        _ = try? Command.run(["runc", "delete", "--force", id])
        removeCgroup(cgroupPath)
        for mount in [directory + "/rootfs", directory + "/layer"] where isMountPoint(mount) {
            let result = try? Command.run(["umount", mount])
            if result?.status != 0 { _ = try? Command.run(["umount", "--lazy", mount]) }
        }
        // Never walk into what is still mounted: its lower layer is the host.
        guard !isMountPoint(directory + "/rootfs"), !isMountPoint(directory + "/layer") else {
            return
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// runc gives up on a cgroup with children, such as those a test made.
    private static func removeCgroup(_ path: String) {
        guard let root = try? CgroupHierarchy.find().mountPoint, path.hasPrefix("/") else { return }
        let directory = root + path
        guard FileManager.default.fileExists(atPath: directory) else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            var isDirectory: ObjCBool = false
            let child = path + "/" + name
            if unsafe FileManager.default.fileExists(
                atPath: root + child, isDirectory: &isDirectory),
                isDirectory.boolValue
            {
                removeCgroup(child)
            }
        }
        let processes = KernelFile.text(directory + "/cgroup.procs")
        for line in (processes ?? "").split(separator: "\n") {
            if let pid = Int32(line), pid > 1 { kill(pid, SIGKILL) }
        }
        for _ in 0..<5_000 where unsafe rmdir(directory) != 0 {
            if errno == ENOENT { return }
            usleep(2_000)
        }
    }

    private static func isMountPoint(_ path: String) -> Bool {
        let text = KernelFile.text("/proc/self/mountinfo") ?? ""
        return text.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            return fields.count > 4 && fields[4] == path
        }
    }
}
