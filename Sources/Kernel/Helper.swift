internal import Glibc
internal import SystemPackage

/// This program once more, as a process that outlives this one's sudden death and is told of it.
@safe public final class Helper {
    /// Held by this process alone: the helper reads its end when this process is gone.
    private let lifeline: Descriptor

    /// - Parameters:
    ///   - arguments: after the program's name.
    ///   - maps: which the helper gets as descriptors 3, 4 and so on.
    public init(_ arguments: [String], maps: [BPFMap]) throws(KernelError) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else {
            throw KernelError("make a pipe", errno: .current)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        lifeline = Descriptor(ends[1])
        let readEnd = Descriptor(ends[0])
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        // Above all targets first, so that none is overwritten before it was copied.
        let copies = maps.map { fcntl($0.fd, F_DUPFD_CLOEXEC, 64) }
        defer { for copy in copies { close(copy) } }
        unsafe posix_spawn_file_actions_adddup2(&actions, readEnd.rawValue, 0)
        for (index, copy) in copies.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, copy, Int32(3 + index))
        }
        // A group of its own: what a terminal sends to this process is not meant for it.
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var argv: [UnsafeMutablePointer<CChar>?] =
            unsafe (["loadline"] + arguments).map { unsafe strdup($0) }
        unsafe argv.append(nil)
        defer { for index in unsafe argv.indices { unsafe free(argv[index]) } }
        var pid: Int32 = 0
        let failure = unsafe posix_spawn(
            &pid, "/proc/self/exe", &actions, &attributes, argv, environ)
        guard failure == 0 else {
            throw KernelError("start a helper", errno: Errno(rawValue: failure))
        }
    }

    /// Tells the helper that it is not needed any more.
    public func dismiss() {
        var byte: UInt8 = 0
        _ = unsafe write(lifeline.rawValue, &byte, 1)
    }

    /// In the helper: waits for the end of whoever started it.
    /// - Returns: whether it came without `dismiss`.
    public static func waitForEnd() -> Bool {
        for number in [SIGINT, SIGTERM, SIGHUP] { _ = signal(number, SIG_IGN) }
        var byte: UInt8 = 0
        while true {
            let count = unsafe read(0, &byte, 1)
            if count >= 0 { return count == 0 }
            if errno != EINTR { return true }
        }
    }
}

extension BPFMap {
    /// In the helper: a map that it was given.
    public init<Key: BitwiseCopyable, Value: BitwiseCopyable>(
        inherited descriptor: Int32, name: String, key: Key.Type, value: Value.Type
    ) {
        self.init(
            name: name, fd: descriptor, keySize: MemoryLayout<Key>.size,
            valueSize: MemoryLayout<Value>.size)
    }
}
