internal import CLibcrypto
internal import CSystemCalls
internal import Glibc
internal import SystemPackage

/// A regular file that is open to have its content hashed, however long that takes.
public final class ContentFile: Sendable {
    private let descriptor: Descriptor

    private static let chunkBytes = 1 << 20

    private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The descriptor, for as long as this lives.
    public var number: Int32 { descriptor.rawValue }

    /// What a process runs. nil: it is gone.
    public static func executable(ofProcess id: UInt32) -> ContentFile? {
        opened("/proc/\(id)/exe")
    }

    /// What a process has open. nil: nothing.
    public static func descriptor(_ fd: Int32, ofProcess id: UInt32) -> ContentFile? {
        opened("/proc/\(id)/fd/\(fd)")
    }

    /// What lies at a path below another process' root. nil: no regular file that can be read.
    public static func at(_ path: [UInt8], below root: ForeignRoot) -> ContentFile? {
        let found = unsafe path.withCString {
            unsafe loadline_find_in_root(root.directory.rawValue, $0)
        }
        guard found >= 0 else { return nil }
        let place = Descriptor(found)
        return opened("/proc/self/fd/\(place.rawValue)")
    }

    private static func opened(_ link: String) -> ContentFile? {
        var status = stat()
        // A device or a pipe is not even opened.
        guard unsafe stat(link, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        let fd = unsafe open(link, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        return fd < 0 ? nil : ContentFile(Descriptor(fd))
    }

    /// The SHA-256 of all bytes. nil: it could not be read to its end.
    public func digest() -> [UInt8]? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { return nil }
        var chunk: [UInt8] = Array(repeating: 0, count: Self.chunkBytes)
        var offset: off_t = 0
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { room in
                unsafe pread(descriptor.rawValue, room.baseAddress, room.count, offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            offset += off_t(count)
            guard
                unsafe chunk.withUnsafeBytes({
                    unsafe EVP_DigestUpdate(context, $0.baseAddress, count)
                }) == 1
            else { return nil }
        }
        var digest: [UInt8] = Array(repeating: 0, count: 32)
        let isDone = unsafe digest.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        return isDone == 1 ? digest : nil
    }
}
