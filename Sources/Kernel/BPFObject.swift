internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// An opened, then loaded BPF object. Everything it holds ends with it, unless pinned.
@safe public final class BPFObject {
    let object: OpaquePointer

    /// Opens an ELF object. Nothing is in the kernel yet.
    public init(bytes: [UInt8], name: String) throws(KernelError) {
        LibbpfLog.begin()
        let opened = unsafe bytes.withUnsafeBytes { buffer in
            unsafe loadline_open(buffer.baseAddress, buffer.count, name)
        }
        guard let opened = unsafe opened else {
            throw KernelError("open the BPF object \(name)", errno: .current, log: Self.log())
        }
        unsafe object = opened
    }

    deinit { unsafe bpf_object__close(object) }

    /// Puts the object into the kernel: maps are made, programs verified.
    public func load() throws(KernelError) {
        LibbpfLog.begin()
        let error = unsafe bpf_object__load(object)
        guard error == 0 else {
            throw KernelError(
                "load the BPF programs", errno: Errno(rawValue: -error), log: Self.log())
        }
    }

    /// Whether `load` takes this program. Before `load` only.
    public func setLoaded(_ program: String, _ loaded: Bool) throws(KernelError) {
        unsafe bpf_program__set_autoload(try self.program(program), loaded)
    }

    public var programNames: [String] {
        var names: [String] = []
        var program = unsafe bpf_object__next_program(object, nil)
        while let next = unsafe program {
            names.append(unsafe String(cString: bpf_program__name(next)))
            unsafe program = bpf_object__next_program(object, next)
        }
        return names
    }

    public func map(_ name: String) throws(KernelError) -> BPFMap {
        guard let map = unsafe bpf_object__find_map_by_name(object, name) else {
            throw KernelError("find the BPF map \(name)", errno: .noSuchFileOrDirectory)
        }
        return unsafe BPFMap(
            name: name, fd: bpf_map__fd(map), keySize: Int(bpf_map__key_size(map)),
            valueSize: Int(bpf_map__value_size(map)))
    }

    /// Attaches a program where its section says.
    public func attach(_ name: String) throws(KernelError) -> BPFLink {
        LibbpfLog.begin()
        guard let link = unsafe bpf_program__attach(try program(name)) else {
            throw KernelError("attach \(name)", errno: .current, log: Self.log())
        }
        return unsafe BPFLink(link)
    }

    /// Attaches a cgroup program to the cgroup open as `cgroup`.
    public func attach(_ name: String, cgroup: borrowing Descriptor) throws(KernelError) -> BPFLink
    {
        LibbpfLog.begin()
        guard let link = unsafe bpf_program__attach_cgroup(try program(name), cgroup.rawValue)
        else {
            throw KernelError("attach \(name) to the cgroup", errno: .current, log: Self.log())
        }
        return unsafe BPFLink(link)
    }

    /// Runs a program of type `syscall` once with `context` as its argument; gives its return value.
    public func run<Context: BitwiseCopyable>(
        _ name: String, context: inout Context
    ) throws(KernelError) -> Int32 {
        let fd = unsafe bpf_program__fd(try program(name))
        var returned: Int32 = 0
        let error = unsafe withUnsafeMutableBytes(of: &context) { bytes in
            unsafe loadline_run(fd, bytes.baseAddress, UInt32(bytes.count), &returned)
        }
        guard error == 0 else {
            throw KernelError("run \(name)", errno: Errno(rawValue: -error))
        }
        return returned
    }

    /// Nanoseconds and runs of a program since BPF statistics were enabled.
    public func fileDescriptor(ofProgram name: String) throws(KernelError) -> Int32 {
        unsafe bpf_program__fd(try program(name))
    }

    private func program(_ name: String) throws(KernelError) -> OpaquePointer {
        guard let program = unsafe bpf_object__find_program_by_name(object, name) else {
            throw KernelError("find the BPF program \(name)", errno: .noSuchFileOrDirectory)
        }
        return unsafe program
    }

    private static func log() -> String { LibbpfLog.content }
}

extension Errno {
    /// The calling thread's errno, to be read before anything else is called.
    static var current: Errno { Errno(rawValue: Glibc.errno) }
}
