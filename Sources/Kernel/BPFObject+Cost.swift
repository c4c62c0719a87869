internal import CLibbpf
internal import SystemPackage

extension BPFObject {
    /// Instructions that the verifier went through for each loaded program, by its name. What a
    /// kernel refuses is a program of more than a million.
    public func verifiedInstructions() throws(KernelError) -> [String: Int] {
        var found: [String: Int] = [:]
        for name in programNames {
            let fd = try fileDescriptor(ofProgram: name)
            guard fd >= 0 else { continue }
            var info = bpf_prog_info()
            var size = UInt32(MemoryLayout<bpf_prog_info>.size)
            let error = unsafe bpf_obj_get_info_by_fd(fd, &info, &size)
            guard error == 0 else {
                throw KernelError(
                    "ask about the BPF program \(name)", errno: Errno(rawValue: -error))
            }
            found[name] = Int(info.verified_insns)
        }
        return found
    }
}
