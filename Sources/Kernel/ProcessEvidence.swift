internal import CSystemCalls
internal import Glibc
internal import SystemPackage

/// What a process leaves to be read in /proc, in bounded pieces.
public struct ProcessEvidence: Sendable {
    /// Bytes that were kept, and whether there were more.
    public struct Piece: Sendable {
        public var bytes: [UInt8]
        public var isCut: Bool
    }

    /// A file that was copied.
    public struct Copy: Codable, Hashable, Sendable {
        public var device: UInt64
        public var inode: UInt64
        /// Of the file; fewer bytes were kept where it is cut.
        public var size: Int64
        public var kept: Int
        public var isCut: Bool
    }

    public let id: UInt32

    public init(id: UInt32) { self.id = id }

    /// A file of the process' directory: `maps`, `cmdline`, `status`.
    public func piece(_ name: String, limit: Int) -> Piece? {
        let fd = unsafe open("/proc/\(id)/\(name)", O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        let descriptor = Descriptor(fd)
        var bytes: [UInt8] = []
        var chunk: [UInt8] = Array(repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe read(descriptor.rawValue, room.baseAddress, room.count)
            }
            guard count > 0 else { return Piece(bytes: bytes, isCut: false) }
            let room = limit - bytes.count
            bytes += chunk.prefix(min(count, room))
            if count > room { return Piece(bytes: bytes, isCut: true) }
        }
    }

    /// Open descriptors and what they lead to, at most `limit`.
    public func descriptors(limit: Int) -> (open: [(number: Int, target: String)], isCut: Bool) {
        let names = (try? BPFFileSystem.names(in: "/proc/\(id)/fd")) ?? []
        let numbers = names.compactMap { Int($0) }.sorted()
        let open = numbers.prefix(limit).map { number in
            (number, link("fd/\(number)") ?? "(not readable)")
        }
        return (open, numbers.count > limit)
    }

    /// What a link of the process' directory says: `exe`, `cwd`, `root`.
    public func link(_ name: String) -> String? {
        let fd = unsafe open("/proc/\(id)/\(name)", FoundObject.pathOnly | O_NOFOLLOW)
        guard fd >= 0, let target = FoundObject(Descriptor(fd)).target else { return nil }
        return String(decoding: target, as: UTF8.self)
    }

    /// Copies what the process runs, also where its file was deleted.
    public func copyExecutable(to path: String, limit: Int) throws(KernelError) -> Copy {
        let fd = unsafe open("/proc/\(id)/exe", O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else {
            throw KernelError("open what process \(id) runs", errno: .current)
        }
        return try Self.copy(Descriptor(fd), to: path, limit: limit)
    }

    /// What a process runs, to tell whether it was copied already.
    public var executable: (device: UInt64, inode: UInt64)? {
        Files.status("/proc/\(id)/exe").map { ($0.device, $0.inode) }
    }

    static func copy(
        _ source: consuming Descriptor, to path: String, limit: Int
    ) throws(KernelError) -> Copy {
        var status = stat()
        guard unsafe fstat(source.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { throw .unusable("copy to \(path)", remedy: "it is no regular file") }
        let fd = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard fd >= 0 else { throw KernelError("make the file \(path)", errno: .current) }
        let target = Descriptor(fd)
        var copy = Copy(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            size: Int64(status.st_size), kept: 0, isCut: false)
        var chunk: [UInt8] = Array(repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe read(source.rawValue, room.baseAddress, room.count)
            }
            guard count >= 0 else { throw KernelError("read for \(path)", errno: .current) }
            let taken = min(count, limit - copy.kept)
            copy.isCut = taken < count
            if taken == 0 { return copy }
            guard unsafe write(target.rawValue, chunk, taken) == taken else {
                throw KernelError("write \(path)", errno: .current)
            }
            copy.kept += taken
            if copy.isCut { return copy }
        }
    }
}

extension ForeignRoot {
    /// Copies a file by its path from this root; neither links nor `..` lead out of it.
    public func copy(
        _ file: [UInt8], to path: String, limit: Int
    ) throws(KernelError) -> ProcessEvidence.Copy {
        let found = unsafe file.withCString { unsafe loadline_find_in_root(directory.rawValue, $0) }
        guard found >= 0 else { throw KernelError("find a file for \(path)", errno: .current) }
        let object = Descriptor(found)
        // Opened only once it is known to be a file: another thing could hang whoever opens it.
        var status = stat()
        guard unsafe fstat(object.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { throw .unusable("copy to \(path)", remedy: "it is no regular file") }
        let fd = unsafe open("/proc/self/fd/\(object.rawValue)", O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw KernelError("open a file for \(path)", errno: .current) }
        return try ProcessEvidence.copy(Descriptor(fd), to: path, limit: limit)
    }
}
