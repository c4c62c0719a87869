internal import CLibbpf
internal import SystemPackage

/// Maps that outlive the process, by files of the BPF file system.
extension BPFObject {
    /// The maps that all loads of an object may share, by their names here and as files. Constants
    /// are a load's own: they are a part of its programs.
    public var sharedMaps: [(name: String, file: String)] {
        var names: [(String, String)] = []
        var map = unsafe bpf_object__next_map(object, nil)
        while let next = unsafe map {
            let name = unsafe String(cString: bpf_map__name(next))
            // The file system wants no dots.
            if !name.contains(".rodata") {
                names.append((name, String(name.map { $0 == "." ? "_" : $0 })))
            }
            unsafe map = bpf_object__next_map(object, next)
        }
        return names
    }

    /// `load` takes the map that is pinned at `path`, or makes it and pins it there.
    public func pinMap(_ name: String, at path: String) throws(KernelError) {
        let error = unsafe bpf_map__set_pin_path(try mapPointer(name), path)
        guard error == 0 else {
            throw KernelError("choose the pin \(path)", errno: Errno(rawValue: -error))
        }
    }

    /// Takes the map that is pinned at `path`, without loading any program.
    public func takeMap(_ name: String, from path: String) throws(KernelError) {
        let fd = unsafe bpf_obj_get(path)
        guard fd >= 0 else {
            throw KernelError("open the pinned map \(path)", errno: Errno(rawValue: -fd))
        }
        let descriptor = Descriptor(fd)
        let error = unsafe bpf_map__reuse_fd(try mapPointer(name), descriptor.rawValue)
        guard error == 0 else {
            throw KernelError("use the pinned map \(path)", errno: Errno(rawValue: -error))
        }
    }

    /// One program of an object, loaded on the maps that another load of it has.
    public convenience init(
        bytes: [UInt8], only program: String, onMapsOf other: BPFObject
    ) throws(KernelError) {
        try self.init(bytes: bytes, name: "loadline")
        for name in programNames { try setLoaded(name, name == program) }
        for map in sharedMaps {
            let error = unsafe bpf_map__reuse_fd(
                try mapPointer(map.name), try other.map(map.name).fd)
            guard error == 0 else {
                throw KernelError("use the map \(map.name)", errno: Errno(rawValue: -error))
            }
        }
        try load()
    }

    private func mapPointer(_ name: String) throws(KernelError) -> OpaquePointer {
        guard let map = unsafe bpf_object__find_map_by_name(object, name) else {
            throw KernelError("find the BPF map \(name)", errno: .noSuchFileOrDirectory)
        }
        return unsafe map
    }
}

extension BPFMap {
    /// Pins the map, which is pinned nowhere.
    public func pin(at path: String) throws(KernelError) {
        try BPFLink.pin(fd, at: path)
    }
}

extension OwnedMap {
    /// A map that somebody pinned, for reading alone.
    public init(reading path: String, keySize: Int = 4) throws(KernelError) {
        let fd = unsafe loadline_open_map_for_reading(path)
        guard fd >= 0 else {
            throw KernelError("open the pinned map \(path)", errno: Errno(rawValue: -fd))
        }
        self.init(taking: fd, name: path, keySize: keySize)
    }

    /// A pinned map, for reading and writing.
    public init(at path: String) throws(KernelError) {
        let fd = unsafe bpf_obj_get(path)
        guard fd >= 0 else {
            throw KernelError("open the pinned map \(path)", errno: Errno(rawValue: -fd))
        }
        self.init(taking: fd, name: path)
    }
}
