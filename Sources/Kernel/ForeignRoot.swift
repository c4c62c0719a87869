internal import CSystemCalls
internal import Glibc

/// The root directory of another process, held open: its paths are resolved as it would, without
/// its help and also when it has ended.
public final class ForeignRoot {
    let directory: Descriptor
    /// Where it lies as its mount namespace has it: `/`, or what a chroot chose.
    public let path: [UInt8]

    /// nil: there is no such process.
    public init?(ofProcess id: UInt32) {
        let fd = unsafe open("/proc/\(id)/root", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        directory = Descriptor(fd)
        guard let place = FoundObject(Descriptor(dup(fd))).path else { return nil }
        path = place.bytes
    }

    private init?(_ directory: consuming Descriptor) {
        let fd = directory.rawValue
        guard let place = FoundObject(Descriptor(dup(fd))).path else { return nil }
        self.directory = directory
        path = place.bytes
    }

    /// One of its directories, as a root of its own. nil: there is none.
    public func directory(_ path: some Sequence<UInt8>) -> ForeignRoot? {
        let fd = find(Array(path))
        return fd < 0 ? nil : ForeignRoot(Descriptor(fd))
    }

    /// The path of what `path` leads to, from the root of the mount namespace: links resolved, and
    /// what is not there left as it is written. The path begins at this root.
    /// - Parameter itself: whether a link as the last name is the object.
    /// - Parameter process: whose `/proc/self` it may name.
    /// - Returns: nil where it could not be followed: too many links, too long.
    public func resolve(_ path: [UInt8], itself: Bool, process: UInt32) -> ResolvedPath? {
        let names = path.split(separator: UInt8(ascii: "/")).map(Array.init)
            .filter { $0 != [UInt8(ascii: ".")] }
        var found = follow(names, itself: itself, process)
        for _ in 0..<Self.attempts {
            // What leads through no link stands as it was written.
            if let found, found.bytes == path { return found }
            // A mount that went between finding an object and asking where it lies has cut off
            // the path's beginning: so do all of a container's at its end.
            let again = follow(names, itself: itself, process)
            if again == found { return found }
            found = again
        }
        return nil
    }

    /// As often a path may lead elsewhere than the time before, until it counts as not followed.
    private static let attempts = 3

    private func follow(_ names: [[UInt8]], itself: Bool, _ process: UInt32) -> ResolvedPath? {
        quick(names, itself: itself)
            ?? PathWalk(root: self, process: process).path(names, itself: itself)
    }

    /// As almost all paths are: the kernel finds it by one call.
    private func quick(_ names: [[UInt8]], itself: Bool) -> ResolvedPath? {
        guard let last = names.last, last != PathWalk.up, itself else {
            return find(names)
        }
        guard var found = find(names.dropLast()), !found.isDeleted else { return nil }
        found.append(last)
        return found
    }

    private func find(_ path: [UInt8]) -> Int32 {
        unsafe (path.isEmpty ? [UInt8(ascii: ".")] : path).withCString {
            unsafe loadline_find_in_root(directory.rawValue, $0)
        }
    }

    private func find(_ names: [[UInt8]]) -> ResolvedPath? {
        let fd = find(Array(names.joined(separator: [UInt8(ascii: "/")])))
        guard fd >= 0, let found = FoundObject(Descriptor(fd)).path else { return nil }
        // Where this process sees itself, the other one meant itself.
        let own = Array("/proc/\(getpid())".utf8)
        return found.bytes.starts(with: own) ? nil : found
    }
}

/// What a path leads to, from the root of its mount namespace.
public struct ResolvedPath: Hashable, Sendable {
    public var bytes: [UInt8]
    /// The object has no name any more, or never had one; the bytes say where it was.
    public var isDeleted = false

    public init(bytes: [UInt8], isDeleted: Bool = false) {
        self.bytes = bytes
        self.isDeleted = isDeleted
    }

    mutating func append(_ name: [UInt8]) {
        if bytes.last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
        bytes += name
    }
}
