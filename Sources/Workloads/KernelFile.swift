import Foundation

/// Files of /proc and of cgroups, which the kernel makes while they are read: their size says 0
/// and one read gives no more than a page, so Foundation's own reading ends too early.
public enum KernelFile {
    /// Bytes read at most; what lies behind is left out. A line of a mount table has some 150.
    public static let byteLimit = 32 << 20

    /// The whole text; nil where the file cannot be opened or read.
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
