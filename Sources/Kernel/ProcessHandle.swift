internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// One process and no other, whoever gets its id after it.
public struct ProcessHandle: ~Copyable {
    private let descriptor: Descriptor

    /// nil: that process is gone, or nothing can be known of it now, for want of descriptors.
    /// - Parameter start: nanoseconds of CLOCK_BOOTTIME at which it began.
    public init?(id: UInt32, start: UInt64) {
        guard let process = Int32(exactly: id), process > 0 else { return nil }
        let fd = loadline_pidfd_open(process)
        guard fd >= 0 else { return nil }
        let descriptor = Descriptor(fd)
        // Asked after it is held: the id cannot be another's any more.
        guard Files.startTicks(ofProcess: id) == start / Self.nanosecondsPerTick else { return nil }
        self.descriptor = descriptor
    }

    /// Whether that process has ended for certain. Asked without a descriptor where there is none.
    public static func hasEnded(_ id: UInt32, start: UInt64) -> Bool {
        if unsafe access("/proc/\(id)", F_OK) != 0 { return errno == ENOENT }
        guard let ticks = Files.startTicks(ofProcess: id) else { return false }
        return ticks != start / nanosecondsPerTick
    }

    /// Sends SIGCONT.
    public func goOn() throws(KernelError) { try send(SIGCONT, "continue a process") }

    /// Sends SIGSTOP.
    public func stop() throws(KernelError) { try send(SIGSTOP, "stop a process") }

    /// Sends SIGCONT to a process that is stopped, or will be once it goes on.
    /// - Parameter start: as above; nil: whoever has the id now.
    /// - Returns: whether it was.
    public static func goOnIfStopped(_ id: UInt32, start: UInt64?) throws(KernelError) -> Bool {
        guard let ticks = Files.startTicks(ofProcess: id),
            let process = ProcessHandle(id: id, start: start ?? ticks * nanosecondsPerTick)
        else { return false }
        let isStopped = Files.text("/proc/\(id)/status").split(separator: "\n").contains { line in
            if line.hasPrefix("State:") { return line.contains("T (stopped)") }
            guard line.hasPrefix("SigPnd:") || line.hasPrefix("ShdPnd:") else { return false }
            let pending =
                line.split(whereSeparator: \.isWhitespace).last
                .flatMap { UInt64($0, radix: 16) } ?? 0
            return pending & 1 << UInt64(SIGSTOP - 1) != 0
        }
        guard isStopped else { return false }
        try process.goOn()
        return true
    }

    private static var nanosecondsPerTick: UInt64 {
        1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Sends SIGKILL.
    public func kill() throws(KernelError) { try send(SIGKILL, "kill a process") }

    private func send(_ number: Int32, _ what: String) throws(KernelError) {
        guard loadline_pidfd_send_signal(descriptor.rawValue, number) != 0 else { return }
        let errno = Errno.current
        // It has ended by itself.
        if errno != .noSuchProcess { throw KernelError(what, errno: errno) }
    }
}
