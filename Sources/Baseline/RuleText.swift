/// Small words of the written form.
enum PortText {
    static func text(_ ports: ClosedRange<UInt16>) -> String {
        if ports == 0...UInt16.max { return "any" }
        return ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
    }

    static func parse(_ text: String) -> ClosedRange<UInt16>? {
        if text == "any" { return 0...UInt16.max }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(port)
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (1, let port?, _): return port...port
        case (2, let low?, let high?) where low <= high: return low...high
        default: return nil
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt16(text)
    }
}

extension FileAccess {
    /// Each bit with its name, in the order in which they are written.
    static let names: [(name: String, value: FileAccess)] = [
        ("read", .read), ("write", .write), ("create", .create), ("delete", .delete),
        ("map", .map), ("connect", .connect), ("metadata", .metadata),
    ]

    /// The names of the bits that are set: `read`, `write`, ...
    public var words: [String] { Self.names.filter { contains($0.value) }.map(\.name) }
}

extension PathPattern {
    /// Why no path that the sensor reports can match, or nil. Paths begin with `/`; what has no
    /// path in the tree has a name with `:` (memfd:x) or begins with `@` or NUL (abstract sockets).
    var unmatchable: String? {
        guard let first = elements.first else { return "is empty" }
        guard case .byte(let byte) = first else { return nil }
        if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "@") || byte == 0 { return nil }
        return elements.contains(.byte(UInt8(ascii: ":"))) ? nil : "is not an absolute path"
    }
}
