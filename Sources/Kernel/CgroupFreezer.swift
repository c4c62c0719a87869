internal import Glibc
internal import SystemPackage

/// Stops all processes of a cgroup (version 2) and of those inside it, and lets them go on.
public struct CgroupFreezer: Sendable {
    /// How deep cgroups inside it are looked into, and how many.
    private static let depthLimit = 16
    private static let cgroupLimit = 1024

    /// The cgroup's.
    public let directory: String

    public init(directory: String) { self.directory = directory }

    /// Somebody asked for it to be frozen.
    public var isRequested: Bool {
        Files.text(directory + "/cgroup.freeze").hasPrefix("1")
    }

    /// Every process has stopped.
    public var isFrozen: Bool {
        Files.text(directory + "/cgroup.events").split(separator: "\n").contains("frozen 1")
    }

    public func freeze() throws(KernelError) { try write("1", "freeze the cgroup \(directory)") }

    public func thaw() throws(KernelError) { try write("0", "thaw the cgroup \(directory)") }

    /// The processes in it and in those inside it, at most `limit`.
    public func processes(limit: Int) -> [UInt32] {
        var found: [UInt32] = []
        var cgroups = [(directory, 0)]
        var next = 0
        while next < cgroups.count, next < Self.cgroupLimit, found.count < limit {
            let (place, depth) = cgroups[next]
            next += 1
            found += Files.text(place + "/cgroup.procs").split(separator: "\n")
                .compactMap { UInt32($0) }
            guard depth < Self.depthLimit else { continue }
            for name in (try? BPFFileSystem.names(in: place)) ?? []
            where unsafe access("\(place)/\(name)/cgroup.procs", F_OK) == 0 {
                cgroups.append((place + "/" + name, depth + 1))
            }
        }
        return Array(found.prefix(limit))
    }

    private func write(_ text: String, _ what: String) throws(KernelError) {
        let fd = unsafe open(directory + "/cgroup.freeze", O_WRONLY | O_CLOEXEC)
        guard fd >= 0 else {
            throw KernelError(what, errno: .current, remedy: Self.remedy(.current))
        }
        let descriptor = Descriptor(fd)
        let bytes = Array(text.utf8)
        guard unsafe Glibc.write(descriptor.rawValue, bytes, bytes.count) == bytes.count else {
            throw KernelError(what, errno: .current, remedy: Self.remedy(.current))
        }
    }

    private static func remedy(_ errno: Errno) -> String? {
        errno == .readOnlyFileSystem
            ? "the agent needs the cgroup v2 hierarchy mounted writable to quarantine" : nil
    }
}
