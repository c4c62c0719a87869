internal import Glibc
internal import SystemPackage

/// A directory locked for one process. The kernel takes the lock back when that process ends,
/// however it ends.
public struct DirectoryLock: ~Copyable {
    private let descriptor: Descriptor

    /// - Returns: nil where another process holds the lock.
    public init?(_ directory: String) throws(KernelError) {
        let descriptor = try Descriptor(directory: directory)
        while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
            let error = Errno.current
            if error == .interrupted { continue }
            if error == .wouldBlock { return nil }
            throw KernelError("lock the directory \(directory)", errno: error)
        }
        self.descriptor = descriptor
    }

    /// Who holds the lock of a directory, as /proc/locks says; nil: nobody, or not seen from here.
    public static func holder(of directory: String) -> UInt32? {
        var status = stat()
        guard unsafe stat(directory, &status) == 0 else { return nil }
        let inode = ":\(status.st_ino)"
        // As glibc's gnu_dev_major and gnu_dev_minor take a number apart.
        let (major, minor) = (
            status.st_dev >> 8 & 0xfff | status.st_dev >> 32 & ~0xfff,
            status.st_dev & 0xff | status.st_dev >> 12 & ~0xff
        )
        let device = hex(major) + ":" + hex(minor)
        for line in Files.text("/proc/locks").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 5, fields[1] == "FLOCK", fields[5] == device + inode else {
                continue
            }
            return UInt32(fields[4])
        }
        return nil
    }

    private static func hex(_ number: UInt) -> String {
        let digits = String(number, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
