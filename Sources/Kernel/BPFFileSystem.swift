internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// The file system in which the kernel keeps maps and links that outlive their maker.
public enum BPFFileSystem {
    /// Where it is usually mounted.
    public static let usualPlace = "/sys/fs/bpf"

    /// Whether what is at `path` lies on one.
    public static func holds(_ path: String) -> Bool { unsafe loadline_is_on_bpffs(path) != 0 }

    /// Mounts one. What is pinned in it ends with its last mount.
    public static func mount(at directory: String) throws(KernelError) {
        guard unsafe Glibc.mount("bpf", directory, "bpf", 0, "mode=0700") == 0 else {
            throw KernelError("mount the BPF file system at \(directory)", errno: .current)
        }
    }

    /// Makes a directory for root alone; one that is there is taken.
    public static func makeDirectory(_ path: String) throws(KernelError) {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw KernelError("make the directory \(path)", errno: .current)
        }
    }

    /// Removes a pin; one that is gone is no error.
    public static func unpin(_ path: String) throws(KernelError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw KernelError("remove the pin \(path)", errno: .current)
        }
    }

    /// Removes an empty directory; one that is gone is no error.
    public static func removeDirectory(_ path: String) throws(KernelError) {
        guard unsafe rmdir(path) == 0 || errno == ENOENT else {
            throw KernelError("remove the directory \(path)", errno: .current)
        }
    }

    /// The names in a directory, sorted; none where there is no such directory.
    public static func names(in directory: String) throws(KernelError) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            let error = Errno.current
            if error == .noSuchFileOrDirectory { return [] }
            throw KernelError("list the directory \(directory)", errno: error)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// What a directory is on its file system, and that one's device as the kernel numbers it; nil
    /// where there is none.
    public static func place(of path: String) -> (inode: UInt64, device: UInt32)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        let device = UInt64(status.st_dev)
        // As glibc's gnu_dev_major and gnu_dev_minor take a number apart.
        let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000
        let minor = device & 0xff | device >> 12 & 0xffff_ff00
        return (UInt64(status.st_ino), UInt32(truncatingIfNeeded: major << 20 | minor))
    }

    /// Tells one pin from another that was put in its place; nil where there is none.
    public static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}
