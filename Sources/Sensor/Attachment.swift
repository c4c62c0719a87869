internal import Kernel

/// A program and where it hangs.
struct Attachment {
    var program: String
    /// At the root of cgroup v2; otherwise where the program's section says.
    var isAtCgroup = false
    /// False: it comes and goes as it is needed.
    var isAlways = true
}

extension BPFObject {
    func attach(_ attachment: Attachment, cgroupRoot: String) throws(KernelError) -> BPFLink {
        guard attachment.isAtCgroup else { return try attach(attachment.program) }
        return try attach(attachment.program, cgroup: try Descriptor(directory: cgroupRoot))
    }
}
