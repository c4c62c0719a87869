internal import CSystemCalls
internal import Glibc

/// A file system object that was found and not opened.
struct FoundObject: ~Copyable {
    let descriptor: Descriptor
    private static let lengthLimit = 4096
    /// O_PATH, close on exec.
    static let pathOnly: Int32 = 0o10_000_000 | O_CLOEXEC
    private static let deleted = Array(" (deleted)".utf8)

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// One name in a directory. nil: there is none, and errno says why.
    static func find(
        _ name: [UInt8], in directory: borrowing FoundObject, isFollowed: Bool
    ) -> FoundObject? {
        let fd = unsafe name.withCString {
            unsafe loadline_find(directory.descriptor.rawValue, $0, isFollowed ? 1 : 0)
        }
        return fd < 0 ? nil : FoundObject(Descriptor(fd))
    }

    /// Where it lies, from the root of its mount namespace; nil: the path is too long.
    var path: ResolvedPath? {
        guard var bytes = Self.link(AT_FDCWD, Array("/proc/self/fd/\(descriptor.rawValue)".utf8))
        else { return nil }
        guard bytes.suffix(Self.deleted.count).elementsEqual(Self.deleted) else {
            return ResolvedPath(bytes: bytes)
        }
        let named = bytes.dropLast(Self.deleted.count)
        let isDeleted = status?.st_nlink == 0
        // Of another file that has a name left this may be the name, all of it.
        guard isDeleted || Self.isUnnamed(named) else { return ResolvedPath(bytes: bytes) }
        bytes.removeLast(Self.deleted.count)
        return ResolvedPath(bytes: bytes, isDeleted: isDeleted)
    }

    /// `/tmp/#N`, as the kernel calls what O_TMPFILE has made, also once it was given a name
    /// elsewhere: through its descriptor it is judged by this one, as the kernel judges its opens.
    private static func isUnnamed(_ path: ArraySlice<UInt8>) -> Bool {
        let name = path[(path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)...]
        return name.starts(with: "/#".utf8) && name.count > 2
            && name.dropFirst(2).allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// What a symbolic link says.
    var target: [UInt8]? { Self.link(descriptor.rawValue, []) }

    var isLink: Bool { (status?.st_mode ?? 0) & S_IFMT == S_IFLNK }

    /// The directory at the top of a procfs.
    var isTopOfProcesses: Bool { isOfProcesses && status?.st_ino == 1 }

    /// It lies in a procfs.
    var isOfProcesses: Bool { loadline_is_procfs(descriptor.rawValue) != 0 }

    private var status: stat? {
        var status = stat()
        return unsafe fstat(descriptor.rawValue, &status) == 0 ? status : nil
    }

    private static func link(_ directory: Int32, _ path: [UInt8]) -> [UInt8]? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: lengthLimit) { buffer, count in
            let got = unsafe path.withCString { path in
                unsafe readlinkat(
                    directory, path,
                    UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(
                        to: CChar.self), lengthLimit)
            }
            count = max(0, got)
        }
        return bytes.isEmpty || bytes.count == lengthLimit ? nil : bytes
    }
}

extension [UInt8] {
    /// The bytes, which hold no NUL, with one behind them.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let ended = self + [0]
        return unsafe ended.withUnsafeBytes { bytes in
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
    }
}
