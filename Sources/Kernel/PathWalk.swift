internal import Glibc

/// Follows a path name by name, where the kernel cannot do it for another process: names that are
/// gone, and the links of /proc, which mean whoever follows them.
struct PathWalk {
    static let up = Array("..".utf8)
    /// As many links as the kernel follows.
    static let linkLimit = 40

    let root: ForeignRoot
    let process: UInt32

    func path(_ names: [[UInt8]], itself: Bool) -> ResolvedPath? {
        var rest = Array(names.reversed())
        var at = FoundObject(Descriptor(dup(root.directory.rawValue)))
        var links = 0
        while let name = rest.popLast() {
            if name == Self.up, at.path?.bytes == root.path { continue }
            if at.isTopOfProcesses, let own = own(name) {
                rest += own.reversed()
                continue
            }
            guard let next = FoundObject.find(name, in: at, isFollowed: false) else {
                return errno == ENOENT || errno == ENOTDIR
                    ? Self.join(at.path, [name] + rest.reversed()) : nil
            }
            guard next.isLink, !rest.isEmpty || !itself else {
                if itself, rest.isEmpty, name != Self.up { return Self.join(at.path, [name]) }
                at = next
                continue
            }
            links += 1
            guard links <= Self.linkLimit else { return nil }
            if next.isOfProcesses, !at.isTopOfProcesses {
                // Not a path that is followed but another object.
                guard let object = FoundObject.find(name, in: at, isFollowed: true) else {
                    return nil
                }
                at = object
                continue
            }
            guard let target = next.target else { return nil }
            if target.first == UInt8(ascii: "/") {
                at = FoundObject(Descriptor(dup(root.directory.rawValue)))
            }
            rest += target.split(separator: UInt8(ascii: "/")).map(Array.init)
                .filter { $0 != [UInt8(ascii: ".")] }.reversed()
        }
        return at.path
    }

    /// What `self` means to the process, which its procfs may know by another number.
    private func own(_ name: [UInt8]) -> [[UInt8]]? {
        guard name == Array("self".utf8) || name == Array("thread-self".utf8),
            let number = Files.innermostNumber(ofProcess: process)
        else { return nil }
        return [Array(String(number).utf8)]
    }

    private static func join(_ place: ResolvedPath?, _ names: [[UInt8]]) -> ResolvedPath? {
        guard var path = place, !path.isDeleted else { return nil }
        for name in names {
            guard name == up else {
                path.append(name)
                continue
            }
            let end = path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
            path.bytes.removeSubrange(max(1, end)...)
        }
        return path
    }
}
