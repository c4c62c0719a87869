internal import CLibbpf
internal import Glibc
internal import SystemPackage

/// A map of a loaded object. The object must outlive it.
public struct BPFMap: Sendable {
    public let name: String
    let fd: Int32
    public let keySize: Int
    /// Bytes of a value; a per-CPU map has one for each CPU.
    public let valueSize: Int

    /// The kernel's number of it.
    public var id: UInt32 { loadline_map_id(fd) }

    /// The value at `key`, nil where there is none.
    public func value<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        at key: Key, as type: Value.Type
    ) throws(KernelError) -> Value? {
        try check(key: Key.self, value: Value.self)
        var key = key
        let result: Result<Value?, KernelError> = unsafe withUnsafeTemporaryAllocation(
            of: Value.self, capacity: 1
        ) { room in
            let error = unsafe bpf_map_lookup_elem(fd, &key, room.baseAddress)
            if error == 0 { return .success(unsafe room[0]) }
            let errno = Errno(rawValue: -error)
            if errno == .noSuchFileOrDirectory { return .success(nil) }
            return .failure(KernelError("read the BPF map \(name)", errno: errno))
        }
        return try result.get()
    }

    /// The value at `key`, taken out of the map.
    public func remove<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        at key: Key, as type: Value.Type
    ) throws(KernelError) -> Value? {
        try check(key: Key.self, value: Value.self)
        var key = key
        let result: Result<Value?, KernelError> = unsafe withUnsafeTemporaryAllocation(
            of: Value.self, capacity: 1
        ) { room in
            let error = unsafe bpf_map_lookup_and_delete_elem(fd, &key, room.baseAddress)
            if error == 0 { return .success(unsafe room[0]) }
            let errno = Errno(rawValue: -error)
            if errno == .noSuchFileOrDirectory { return .success(nil) }
            return .failure(KernelError("take from the BPF map \(name)", errno: errno))
        }
        return try result.get()
    }

    public func set<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, to value: Value
    ) throws(KernelError) {
        try update(key, value, flags: UInt64(BPF_ANY))
    }

    /// An entry that is there stays as it is. Returns whether there was room for a new one.
    public func add<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, _ value: Value
    ) throws(KernelError) -> Bool {
        do throws(KernelError) {
            try update(key, value, flags: UInt64(BPF_NOEXIST))
        } catch {
            if error.errno == .argListTooLong { return false }
            if error.errno != .fileExists { throw error }
        }
        return true
    }

    private func update<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        _ key: Key, _ value: Value, flags: UInt64
    ) throws(KernelError) {
        try check(key: Key.self, value: Value.self)
        var key = key
        var value = value
        let error = unsafe bpf_map_update_elem(fd, &key, &value, flags)
        guard error == 0 else {
            throw KernelError("write the BPF map \(name)", errno: Errno(rawValue: -error))
        }
    }

    /// Bytes of kernel memory that the map takes, as the kernel itself counts them.
    public func kernelMemory() throws(KernelError) -> Int {
        let path = "/proc/self/fdinfo/\(fd)"
        for line in Files.text(path).split(separator: "\n")
        where line.hasPrefix("memlock:") {
            if let bytes = Int(line.dropFirst("memlock:".count).drop { $0 == "\t" || $0 == " " }) {
                return bytes
            }
        }
        throw KernelError("find the memory of the BPF map \(name) in \(path)", errno: .noData)
    }

    /// Takes `key` out; one that is not there is no error.
    public func delete<Key: BitwiseCopyable>(_ key: Key) throws(KernelError) {
        var key = key
        let error = unsafe bpf_map_delete_elem(fd, &key)
        guard error == 0 || error == -ENOENT else {
            throw KernelError("delete from the BPF map \(name)", errno: Errno(rawValue: -error))
        }
    }

    /// All keys as they were at some time during the call.
    public func keys<Key: BitwiseCopyable>(of type: Key.Type) throws(KernelError) -> [Key] {
        try check(key: Key.self)
        let result: Result<[Key], KernelError> = unsafe withUnsafeTemporaryAllocation(
            of: Key.self, capacity: 1
        ) { room in
            var keys: [Key] = []
            var previous: Key?
            while true {
                let error: Int32
                if var key = previous {
                    error = unsafe bpf_map_get_next_key(fd, &key, room.baseAddress)
                } else {
                    error = unsafe bpf_map_get_next_key(fd, nil, room.baseAddress)
                }
                if error == -ENOENT { return .success(keys) }
                guard error == 0 else {
                    return .failure(
                        KernelError("list the BPF map \(name)", errno: Errno(rawValue: -error)))
                }
                keys.append(unsafe room[0])
                previous = unsafe room[0]
            }
        }
        return try result.get()
    }

    /// Writes a value of `valueSize` bytes.
    public func setBytes(_ key: UInt32, _ value: [UInt8]) throws(KernelError) {
        guard value.count == valueSize else {
            throw KernelError("write the BPF map \(name): wrong size", errno: .invalidArgument)
        }
        var key = key
        let error = unsafe value.withUnsafeBytes { bytes in
            unsafe bpf_map_update_elem(fd, &key, bytes.baseAddress, UInt64(BPF_ANY))
        }
        guard error == 0 else {
            throw KernelError("write the BPF map \(name)", errno: Errno(rawValue: -error))
        }
    }

    /// Writes an array map's first value from words.
    public func setFirst(to words: [UInt64]) throws(KernelError) {
        guard words.count * 8 == valueSize else {
            throw KernelError("write the BPF map \(name): wrong size", errno: .invalidArgument)
        }
        var key: UInt32 = 0
        let error = unsafe words.withUnsafeBytes { bytes in
            unsafe bpf_map_update_elem(fd, &key, bytes.baseAddress, UInt64(BPF_ANY))
        }
        guard error == 0 else {
            throw KernelError("write the BPF map \(name)", errno: Errno(rawValue: -error))
        }
    }

    /// Puts a map into this map of maps.
    public func set(_ key: UInt32, to inner: borrowing OwnedMap) throws(KernelError) {
        var key = key
        var fd = inner.descriptor.rawValue
        let error = unsafe bpf_map_update_elem(self.fd, &key, &fd, UInt64(BPF_ANY))
        guard error == 0 else {
            throw KernelError("write the BPF map \(name)", errno: Errno(rawValue: -error))
        }
    }

    private func check<Key>(key: Key.Type) throws(KernelError) {
        guard MemoryLayout<Key>.size == keySize else {
            throw KernelError("use the BPF map \(name): key of wrong size", errno: .invalidArgument)
        }
    }

    private func check<Key, Value>(key: Key.Type, value: Value.Type) throws(KernelError) {
        try check(key: Key.self)
        guard MemoryLayout<Value>.size == valueSize else {
            throw KernelError(
                "use the BPF map \(name): value of wrong size", errno: .invalidArgument)
        }
    }
}
