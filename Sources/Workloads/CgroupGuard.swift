import Foundation

/// Refuses the cgroups that loadline must never enforce on: the root and its own.
public struct CgroupGuard: Sendable {
    /// Directories searched for the own cgroup where a cgroup namespace hides its path.
    static let searchLimit = 100_000

    let hierarchy: CgroupHierarchy
    /// The caller's own cgroup, from the root of the hierarchy.
    public let ownPath: String

    public init(_ hierarchy: CgroupHierarchy) throws(CgroupError) {
        let file = "/proc/self/cgroup"
        guard let text = KernelFile.text(file) else {
            throw .unreadable(file)
        }
        guard let seen = CgroupHierarchy.unifiedPath(procCgroup: text) else { throw .ownUnknown }
        self.hierarchy = hierarchy
        if Self.isInHostCgroupNamespace {
            ownPath = seen
        } else {
            ownPath = try Self.search(hierarchy, seen: seen)
        }
    }

    init(_ hierarchy: CgroupHierarchy, ownPath: String) {
        self.hierarchy = hierarchy
        self.ownPath = ownPath
    }

    /// - Throws: `.isRoot`, `.isOwn`, `.containsOwn`, and `.absent` or `.notAPath`.
    /// - Returns: the cgroup's id.
    public func check(_ path: String) throws(CgroupError) -> UInt64 {
        let id = try hierarchy.id(ofPath: path)
        if id == CgroupHierarchy.rootID { throw .isRoot }
        let clean = "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        if clean == ownPath { throw .isOwn(clean) }
        if CgroupHierarchy.contains(clean, ownPath) { throw .containsOwn(clean, own: ownPath) }
        return id
    }

    /// The kernel gives the first cgroup namespace a fixed inode number (PROC_CGROUP_INIT_INO).
    private static var isInHostCgroupNamespace: Bool {
        let link = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/ns/cgroup")
        return link == "cgroup:[4026531835]"
    }

    /// Inside a namespace the own path is relative; its directory's inode is the same everywhere.
    private static func search(
        _ hierarchy: CgroupHierarchy, seen: String
    ) throws(CgroupError) -> String {
        let mounts = KernelFile.text("/proc/self/mountinfo")
            .map(CgroupHierarchy.unifiedMounts)
        let own = (mounts ?? []).filter { $0 != hierarchy.mountPoint }
            .compactMap { CgroupHierarchy.inode(seen == "/" ? $0 : $0 + seen) }
            // Another mount of the hierarchy's root says nothing of the own cgroup.
            .filter { $0 != CgroupHierarchy.rootID }
        guard !own.isEmpty,
            let entries = FileManager.default.enumerator(atPath: hierarchy.mountPoint)
        else { throw .ownUnknown }
        var searched = 0
        while let entry = entries.nextObject() as? String, searched < searchLimit {
            guard let inode = CgroupHierarchy.inode(hierarchy.mountPoint + "/" + entry) else {
                continue
            }
            searched += 1
            if own.contains(inode) { return "/" + entry }
        }
        throw .ownUnknown
    }
}
