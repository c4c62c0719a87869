internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// One probe program of bpf/probes.bpf.c: loaded alone, attached, fired by this process.
public struct Probe: Sendable {
    public var program: String
    /// For people.
    public var title: String
    private var index: Int
    private var fire: Fire

    private enum Fire { case systemCall, fork, exec, connect, open }

    public static let all = [
        Probe(
            program: "probe_system_call", title: "tp_btf: system calls", index: 0,
            fire: .systemCall),
        Probe(program: "probe_fork", title: "tp_btf: fork", index: 1, fire: .fork),
        Probe(
            program: "probe_prepare_exec", title: "tp_btf: before exec", index: 2, fire: .exec),
        Probe(
            program: "probe_connect", title: "cgroup hook: connect", index: 3, fire: .connect),
        Probe(
            program: "probe_task_storage", title: "cgroup hook: task storage", index: 3,
            fire: .connect),
        Probe(
            program: "probe_signal", title: "helper: send_signal", index: 7, fire: .systemCall),
        Probe(program: "probe_fentry", title: "trampoline: fentry", index: 4, fire: .open),
        Probe(program: "probe_fmod_ret", title: "trampoline: fmod_ret", index: 5, fire: .open),
        Probe(program: "probe_lsm", title: "trampoline: BPF LSM", index: 6, fire: .open),
    ]

    /// nil: it fired. Else why not.
    public func run() -> String? {
        do throws(KernelError) {
            let object = try BPFObject(bytes: EmbeddedObjects.probes, name: "probes")
            for name in object.programNames { try object.setLoaded(name, name == program) }
            try object.load()
            let link: BPFLink
            if fire == .connect {
                guard let root = Self.cgroupRoot() else { return "cgroup v2 is not mounted" }
                link = try object.attach(program, cgroup: try Descriptor(directory: root))
            } else {
                link = try object.attach(program)
            }
            // .bss: probing_tgid, padding, fired[8].
            let data = try object.map("probes.bss")
            var state: [9 of UInt64] = .init(repeating: 0)
            state[0] = UInt64(UInt32(getpid()))
            try data.set(UInt32(0), to: state)
            act()
            let after = try data.value(at: UInt32(0), as: [9 of UInt64].self)
            return withExtendedLifetime(link) {
                (after?[1 + index] ?? 0) > 0 ? nil : "attached, but did not fire"
            }
        } catch {
            return "\(error.errno) (\(error.operation))"
        }
    }

    private static func cgroupRoot() -> String? {
        ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first { path in
            unsafe access(path + "/cgroup.controllers", F_OK) == 0
        }
    }

    private func act() {
        switch fire {
        case .systemCall: _ = getppid()
        case .fork, .exec:
            var pid: pid_t = 0
            let arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
            defer { unsafe free(arguments[0]) }
            if unsafe posix_spawn(&pid, "/bin/true", nil, nil, arguments, nil) == 0 {
                _ = waitpid(pid, nil, 0)
            }
        case .connect:
            let descriptor = Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(9).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            _ = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(
                        descriptor.rawValue, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .open: _ = Descriptor(unsafe open("/dev/null", O_RDONLY))
        }
    }
}
