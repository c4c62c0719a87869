extension FileID {
    /// The id of the file at `path` in a container.
    ///
    /// - Parameters:
    ///   - containerID: the id as the trace's Container record spells it; empty for a host file.
    ///   - path: the path as seen from the container's root.
    public init(containerID: String, path: String) {
        var hash = SHA1()
        hash.update(containerID.utf8)
        hash.update(path.utf8)
        self.init(bytes: hash.finalize())
    }

    /// The same for the path's raw bytes, which need not be UTF-8.
    public init(containerID: String, path: [UInt8]) {
        var hash = SHA1()
        hash.update(containerID.utf8)
        hash.update(path)
        self.init(bytes: hash.finalize())
    }
}

extension FileID {
    /// Its 20 bytes as 40 lower-case digits.
    public var hexadecimal: String {
        var text = ""
        for i in 0..<20 {
            let digits = String(bytes[i], radix: 16)
            text += digits.utf8.count == 1 ? "0\(digits)" : digits
        }
        return text
    }
}
