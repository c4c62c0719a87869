internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// A program's attachment; it ends with the value, unless it is pinned.
@safe public final class BPFLink {
    private let link: OpaquePointer

    init(_ link: OpaquePointer) { unsafe self.link = link }

    /// The one that is pinned at `path`.
    public init(pinnedAt path: String) throws(KernelError) {
        guard let opened = unsafe bpf_link__open(path) else {
            throw KernelError("open the pinned link \(path)", errno: .current)
        }
        unsafe link = opened
    }

    deinit { _ = unsafe bpf_link__destroy(link) }

    /// Keeps the attachment, whatever becomes of this process, until the pin is removed.
    public func pin(at path: String) throws(KernelError) {
        try Self.pin(unsafe bpf_link__fd(link), at: path)
    }

    static func pin(_ fd: Int32, at path: String) throws(KernelError) {
        let error = unsafe bpf_obj_pin(fd, path)
        guard error == 0 else {
            throw KernelError("pin \(path)", errno: Errno(rawValue: -error))
        }
    }

    /// False where somebody detached it although it is held.
    public var isAttached: Bool {
        var info = loadline_link_info()
        return unsafe loadline_link_info(bpf_link__fd(link), &info) == 0 && info.is_attached != 0
    }

    /// The kernel's number of it.
    public var id: UInt32 {
        var info = loadline_link_info()
        return unsafe loadline_link_info(bpf_link__fd(link), &info) == 0 ? info.id : 0
    }

    /// For an iterator's link: runs it to its end.
    public func runIterator() throws(KernelError) {
        let fd = unsafe bpf_iter_create(bpf_link__fd(link))
        guard fd >= 0 else {
            throw KernelError("run the BPF iterator", errno: Errno(rawValue: -fd))
        }
        let descriptor = Descriptor(fd)
        var buffer: [UInt8] = Array(repeating: 0, count: 4096)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe read(descriptor.rawValue, bytes.baseAddress, bytes.count)
            }
            if count == 0 { return }
            if count < 0 {
                let errno = Errno.current
                if errno == .interrupted || errno == .resourceTemporarilyUnavailable { continue }
                throw KernelError("run the BPF iterator", errno: errno)
            }
        }
    }
}
