internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// How often a BPF program of this machine ran and for how long, while the kernel kept count.
public struct ProgramStatistics: Hashable, Sendable {
    public var id: UInt32
    /// The kernel keeps 15 bytes of it.
    public var name: String
    public var runs: UInt64
    public var nanoseconds: UInt64

    /// The kernel measures every program's runs while the result is open, which costs each run
    /// some 20 ns or more.
    public static func enable() throws(KernelError) -> Descriptor {
        let fd = bpf_enable_stats(BPF_STATS_RUN_TIME)
        guard fd >= 0 else {
            throw KernelError("enable BPF run statistics", errno: Errno(rawValue: -fd))
        }
        return Descriptor(fd)
    }

    /// All programs in the kernel. Those that go away meanwhile are left out.
    public static func all() throws(KernelError) -> [ProgramStatistics] {
        var found: [ProgramStatistics] = []
        var id: UInt32 = 0
        while unsafe bpf_prog_get_next_id(id, &id) == 0 {
            let fd = bpf_prog_get_fd_by_id(id)
            if fd == -ENOENT { continue }
            guard fd >= 0 else {
                throw KernelError("open the BPF program \(id)", errno: Errno(rawValue: -fd))
            }
            let descriptor = Descriptor(fd)
            var info = bpf_prog_info()
            var size = UInt32(MemoryLayout<bpf_prog_info>.size)
            let error = unsafe bpf_obj_get_info_by_fd(descriptor.rawValue, &info, &size)
            guard error == 0 else {
                throw KernelError("ask about the BPF program \(id)", errno: Errno(rawValue: -error))
            }
            let name = unsafe withUnsafeBytes(of: info.name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            found.append(
                ProgramStatistics(
                    id: id, name: name, runs: info.run_cnt,
                    nanoseconds: info.run_time_ns))
        }
        return found
    }
}
