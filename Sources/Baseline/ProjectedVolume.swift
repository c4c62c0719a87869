extension PathPattern {
    /// Whether it is one file of one projected volume, in whatever revision: the kubelet writes a
    /// changed ConfigMap or a rotated token into a new directory, `..2026_11_22_10_00_00.123456789`,
    /// beside the old one. Such a pattern names one secret, and no other.
    public var isRevisionOfOneFile: Bool {
        guard let first = elements.firstIndex(of: .int), let last = elements.lastIndex(of: .int),
            first >= 3, last + 2 < elements.count,
            elements[(first - 3)..<first].elementsEqual(Self.bytes("/..")),
            elements[last + 1] == .byte(UInt8(ascii: "/"))
        else { return false }
        return elements[first...last].elementsEqual(Self.revision)
            && elements[..<first].allSatisfy(\.isByte)
            && elements[(last + 1)...].allSatisfy(\.isByte)
    }

    /// Year, month, day, hour, minute, second and a random number.
    private static let revision: [Element] =
        [.int] + (0..<5).flatMap { _ in bytes("_") + [.int] } + bytes(".") + [.int]

    private static func bytes(_ text: String) -> [Element] { text.utf8.map(Element.byte) }
}

extension PathPattern.Element {
    fileprivate var isByte: Bool {
        if case .byte = self { true } else { false }
    }
}
