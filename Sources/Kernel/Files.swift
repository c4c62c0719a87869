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

    /// Up to a kilobyte of a file that the kernel makes as it is read; nil where there is none.
    static func beginning(of path: String) -> String? {
        let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { _ = close(fd) }
        return unsafe String(unsafeUninitializedCapacity: 1024) { bytes in
            unsafe max(0, read(fd, bytes.baseAddress, bytes.count))
        }
    }

    /// When a process began, in clock ticks since boot; nil where there is none.
    public static func startTicks(ofProcess id: UInt32) -> UInt64? {
        guard let text = beginning(of: "/proc/\(id)/stat") else { return nil }
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
        let fd = unsafe open("/proc/\(id)/status", O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { _ = close(fd) }
        let text = unsafe String(unsafeUninitializedCapacity: 2048) { bytes in
            unsafe max(0, read(fd, bytes.baseAddress, bytes.count))
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt32($0) }
    }

    /// What the calling thread's errno says.
    public static var lastError: String { "\(Errno.current)" }
}
