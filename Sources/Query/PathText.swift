/// Parts of a path, without copying it.
enum PathText {
    private static let slash = UInt8(ascii: "/")

    /// The last part: `b` of `/a/b` and of `/a/b/`; empty for `/`.
    static func name(of path: String) -> Substring {
        let bytes = path.utf8
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[bytes.index(before: end)] == slash {
            end = bytes.index(before: end)
        }
        var start = end
        while start > bytes.startIndex, bytes[bytes.index(before: start)] != slash {
            start = bytes.index(before: start)
        }
        return path[start..<end]
    }

    /// All before the last slash: `/a` of `/a/b`, `/` of `/b`; empty where there is none.
    static func directory(of path: String) -> Substring {
        let bytes = path.utf8
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[bytes.index(before: end)] != slash {
            end = bytes.index(before: end)
        }
        var trimmed = end
        while trimmed > bytes.startIndex, bytes[bytes.index(before: trimmed)] == slash {
            trimmed = bytes.index(before: trimmed)
        }
        return path[..<(trimmed == bytes.startIndex ? end : trimmed)]
    }
}
