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

    /// What the calling thread's errno says.
    public static var lastError: String { "\(Errno.current)" }
}
