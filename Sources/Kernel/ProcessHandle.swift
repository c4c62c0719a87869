internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// One process and no other, whoever gets its id after it.
public struct ProcessHandle: ~Copyable {
    private let descriptor: Descriptor

    /// nil: that process is gone.
    /// - Parameter start: nanoseconds of CLOCK_BOOTTIME at which it began.
    public init?(id: UInt32, start: UInt64) {
        guard let process = Int32(exactly: id), process > 0 else { return nil }
        let fd = loadline_pidfd_open(process)
        guard fd >= 0 else { return nil }
        let descriptor = Descriptor(fd)
        let tick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
        // Asked after it is held: the id cannot be another's any more.
        guard Files.startTicks(ofProcess: id) == start / tick else { return nil }
        self.descriptor = descriptor
    }

    /// Sends SIGCONT.
    public func goOn() throws(KernelError) { try send(SIGCONT, "continue a process") }

    /// Sends SIGKILL.
    public func kill() throws(KernelError) { try send(SIGKILL, "kill a process") }

    private func send(_ number: Int32, _ what: String) throws(KernelError) {
        guard loadline_pidfd_send_signal(descriptor.rawValue, number) != 0 else { return }
        let errno = Errno.current
        // It has ended by itself.
        if errno != .noSuchProcess { throw KernelError(what, errno: errno) }
    }
}
