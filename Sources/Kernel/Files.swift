internal import Glibc
internal import SystemPackage

/// Calls on files that the libraries lack or whose errors they hide.
public enum Files {
    /// Replaces `new` in one step.
    public static func rename(_ old: String, to new: String) throws(KernelError) {
        guard unsafe Glibc.rename(old, new) == 0 else {
            throw KernelError("rename \(old) to \(new)", errno: .current)
        }
    }

    /// Waits until what was written to the file is on its disk.
    public static func synchronise(_ path: String) throws(KernelError) {
        let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { throw KernelError("open \(path)", errno: .current) }
        let descriptor = Descriptor(fd)
        guard fsync(descriptor.rawValue) == 0 else {
            throw KernelError("write \(path) to its disk", errno: .current)
        }
    }

    /// Makes a rename in the directory last through a power failure.
    public static func synchronise(directory: String) throws(KernelError) {
        let descriptor = try Descriptor(directory: directory)
        guard fsync(descriptor.rawValue) == 0 else {
            throw KernelError("fsync the directory \(directory)", errno: .current)
        }
    }

    /// What tells one state of a file from another.
    public struct Status: Hashable, Sendable {
        public var device: UInt64
        public var inode: UInt64
        public var size: Int64
        /// Nanoseconds since the epoch; of the content, and of the inode too.
        public var modified: Int64
        public var changed: Int64
        public var isRegular: Bool
    }

    /// The state of the file that `path` leads to, links followed; nil where there is none.
    public static func status(_ path: String) -> Status? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let nanoseconds = { (time: timespec) in
            Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
        return Status(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim),
            isRegular: status.st_mode & S_IFMT == S_IFREG)
    }

    /// When a process began, in clock ticks since boot; nil where there is none.
    public static func startTicks(ofProcess id: UInt32) -> UInt64? {
        let text = text("/proc/\(id)/stat")
        // The name in field 2 may hold blanks and parentheses; the start is field 22.
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 20 ? UInt64(fields[20]) : nil
    }

    /// The path of what a process runs, from the root of its mount namespace.
    public static func executable(ofProcess id: UInt32) -> [UInt8]? {
        let fd = unsafe Glibc.open("/proc/\(id)/exe", FoundObject.pathOnly)
        return fd < 0 ? nil : FoundObject(Descriptor(fd)).path?.bytes
    }

    /// A process's number in its own pid namespace; nil where there is none.
    static func innermostNumber(ofProcess id: UInt32) -> UInt32? {
        let line = text("/proc/\(id)/status").split(separator: "\n").first {
            $0.hasPrefix("NSpid:")
        }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt32($0) }
    }

    /// What a file of the kernel's own says, as far as it can be read.
    static func text(_ path: String) -> String {
        let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return "" }
        let descriptor = Descriptor(fd)
        var bytes: [UInt8] = []
        var chunk: [UInt8] = Array(repeating: 0, count: 65536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe read(descriptor.rawValue, room.baseAddress, room.count)
            }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    /// What the calling thread's errno says.
    public static var lastError: String { "\(Errno.current)" }
}
