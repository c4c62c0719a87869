import Foundation

/// The cgroup v2 hierarchy as it is mounted here.
public struct CgroupHierarchy: Hashable, Sendable {
    /// kernfs gives the root of every hierarchy this id.
    public static let rootID: UInt64 = 1

    /// The directory of the root cgroup, no trailing slash.
    public let mountPoint: String

    public init(mountPoint: String) { self.mountPoint = mountPoint }

    /// Finds the mount that shows the whole hierarchy; `/sys/fs/cgroup`, in hybrid mode
    /// `/sys/fs/cgroup/unified`, in a container often a mount of the host's directory.
    /// - Parameter mountInfo: the text of a process' mountinfo; nil reads the caller's own.
    public static func find(mountInfo: String? = nil) throws(CgroupError) -> CgroupHierarchy {
        guard
            let text = mountInfo
                ?? KernelFile.text("/proc/self/mountinfo")
        else { throw .unreadable("/proc/self/mountinfo") }
        let mounts = unifiedMounts(text)
        if mounts.isEmpty { throw .notMounted }
        for mount in mounts where inode(mount) == rootID {
            return CgroupHierarchy(mountPoint: mount)
        }
        throw .partial(mounts)
    }

    /// The mount points of type cgroup2 in a mountinfo text, in its order.
    static func unifiedMounts(_ mountInfo: String) -> [String] {
        mountInfo.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: " - ", maxSplits: 1)
            guard halves.count == 2, halves[1].hasPrefix("cgroup2 ") else { return nil }
            let fields = halves[0].split(separator: " ")
            return fields.count > 4 ? unescape(fields[4]) : nil
        }
    }

    /// mountinfo writes blanks and backslashes as three octal digits.
    private static func unescape(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest.removeFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The directory of a cgroup given by its path from the root.
    public func directory(ofPath path: String) -> String {
        path == "/" ? mountPoint : mountPoint + path
    }

    /// Whether any process runs in the cgroup or below it; false where there is no such cgroup.
    public func isPopulated(_ path: String) -> Bool {
        let file = directory(ofPath: path) + "/cgroup.events"
        guard let text = KernelFile.text(file) else { return false }
        return text.split(separator: "\n").contains("populated 1")
    }

    /// The cgroup's id: its directory's inode number, which is what BPF sees.
    public func id(ofPath path: String) throws(CgroupError) -> UInt64 {
        guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            throw .notAPath(path)
        }
        guard let id = Self.inode(directory(ofPath: path)) else {
            throw .absent(path, mountPoint: mountPoint)
        }
        return id
    }

    /// The path of a cgroup given by its id; nil where there is none. Looks at every cgroup.
    public func path(ofID id: UInt64) -> String? {
        guard let entries = FileManager.default.enumerator(atPath: mountPoint) else { return nil }
        while let entry = entries.nextObject() as? String {
            if Self.inode(mountPoint + "/" + entry) == id { return "/" + entry }
        }
        return nil
    }

    /// The paths of cgroups by their ids, as far as they are there. Walks the whole hierarchy.
    public func paths(ofIDs ids: Set<UInt64>) -> [UInt64: String] {
        guard !ids.isEmpty, let entries = FileManager.default.enumerator(atPath: mountPoint) else {
            return [:]
        }
        var paths: [UInt64: String] = [:]
        while paths.count < ids.count, let entry = entries.nextObject() as? String {
            guard let id = Self.inode(mountPoint + "/" + entry), ids.contains(id) else { continue }
            paths[id] = "/" + entry
        }
        return paths
    }

    /// The path from the root of a cgroup that a person named: the same path, or that of
    /// its directory below the mount point.
    public func path(fromArgument argument: String) throws(CgroupError) -> String {
        var path = argument
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path == mountPoint { return "/" }
        if path.hasPrefix(mountPoint + "/") { path.removeFirst(mountPoint.count) }
        _ = try id(ofPath: path)
        return path
    }

    /// `path` is `ancestor` or lies below it.
    public static func contains(_ ancestor: String, _ path: String) -> Bool {
        ancestor == "/" || path == ancestor
            || (path.hasPrefix(ancestor) && path.dropFirst(ancestor.count).hasPrefix("/"))
    }

    /// The path in the `0::` line of a /proc/PID/cgroup text; nil for a path that leads out
    /// of the reader's cgroup namespace.
    public static func unifiedPath(procCgroup text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("0::/") {
            let path = String(line.dropFirst(3))
            return path.hasPrefix("/..") ? nil : path
        }
        return nil
    }

    /// A path below a runtime's mount of the hierarchy, from the hierarchy's root.
    static func path(fromMounted directory: String) -> String? {
        for mount in ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"] where directory != mount {
            if contains(mount, directory) { return String(directory.dropFirst(mount.count)) }
        }
        return nil
    }

    static func inode(_ directory: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory)
        guard attributes?[.type] as? FileAttributeType == .typeDirectory else { return nil }
        return (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }
}
