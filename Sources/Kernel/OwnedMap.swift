internal import CLibbpf
internal import SystemPackage

/// A map that is not an object's. One that is made at run time is an array with one value, which
/// the kernel keeps while a map of maps holds it.
public struct OwnedMap: ~Copyable {
    let descriptor: Descriptor
    public let map: BPFMap

    public init(name: String, valueSize: Int) throws(KernelError) {
        let fd = unsafe loadline_create_array(name, UInt32(valueSize))
        guard fd >= 0 else {
            throw KernelError(
                "make a BPF map of \(valueSize) bytes", errno: Errno(rawValue: -fd))
        }
        descriptor = Descriptor(fd)
        map = BPFMap(name: name, fd: fd, keySize: 4, valueSize: valueSize)
    }

    /// The map of that number, which a map of maps gives for a place.
    public init(id: UInt32, name: String) throws(KernelError) {
        let fd = bpf_map_get_fd_by_id(id)
        guard fd >= 0 else {
            throw KernelError("open the BPF map \(id)", errno: Errno(rawValue: -fd))
        }
        self.init(taking: fd, name: name)
    }

    init(taking fd: Int32, name: String, keySize: Int = 4) {
        descriptor = Descriptor(fd)
        map = BPFMap(
            name: name, fd: fd, keySize: keySize, valueSize: Int(loadline_map_value_size(fd)))
    }

    /// From now on no process writes what is in it; programs do not either.
    public func freeze() throws(KernelError) {
        let error = bpf_map_freeze(descriptor.rawValue)
        guard error == 0 else {
            throw KernelError("freeze the BPF map \(map.name)", errno: Errno(rawValue: -error))
        }
    }

    /// An array map's first value as words.
    public func firstWords() throws(KernelError) -> [UInt64] {
        var key: UInt32 = 0
        var error: Int32 = 0
        let words = unsafe [UInt64](unsafeUninitializedCapacity: map.valueSize / 8) { room, count in
            error = unsafe bpf_map_lookup_elem(descriptor.rawValue, &key, room.baseAddress)
            count = error == 0 ? map.valueSize / 8 : 0
        }
        guard error == 0 else {
            throw KernelError("read the BPF map \(map.name)", errno: Errno(rawValue: -error))
        }
        return words
    }
}
