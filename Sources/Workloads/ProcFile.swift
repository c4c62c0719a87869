internal import Foundation

/// Files of /proc, whose size the kernel does not tell: Foundation's own readers stop after their
/// first page.
public enum ProcFile {
    /// Bytes read at most: the mounts of some ten thousand containers.
    static let byteLimit = 64 << 20

    /// The whole text, nil where it cannot be read.
    public static func text(_ path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var bytes = Data()
        do {
            while bytes.count < byteLimit, let part = try handle.read(upToCount: 1 << 16),
                !part.isEmpty
            {
                bytes += part
            }
        } catch {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
