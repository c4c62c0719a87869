internal import Glibc
internal import SystemPackage

/// Standard output for commands that write much.
public enum StandardOutput {
    /// A reader that goes away, as `head` does, is from now on told by `write` and no longer by a
    /// signal that ends the program.
    public static func outliveReader() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Writes all bytes.
    ///
    /// - Returns: false where nobody reads any more.
    /// - Throws: any other failure, as of a full disk.
    public static func write(_ bytes: ArraySlice<UInt8>) throws(KernelError) -> Bool {
        do {
            try FileDescriptor.standardOutput.writeAll(bytes)
            return true
        } catch let error as Errno {
            if error == .brokenPipe { return false }
            throw KernelError("write to standard output", errno: error)
        } catch {
            throw KernelError("write to standard output", errno: .ioError)
        }
    }

    /// Columns of the terminal that it is; nil where it is none.
    public static var columns: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        let isKnown = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
