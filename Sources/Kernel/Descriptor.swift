internal import Glibc
internal import SystemPackage

/// An open file descriptor that is closed once.
public struct Descriptor: ~Copyable, Sendable {
    public let rawValue: Int32

    public init(_ rawValue: Int32) { self.rawValue = rawValue }

    /// Opens a directory to be an anchor: a cgroup, a state directory.
    public init(directory path: String) throws(KernelError) {
        let fd = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw KernelError("open the directory \(path)", errno: .current) }
        rawValue = fd
    }

    deinit { _ = close(rawValue) }
}
