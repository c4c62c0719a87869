/// Names that are nothing but a number with zeros before it, as those of a database's segments:
/// who pads a number counts on. They may be hexadecimal, which the first ones do not tell.
enum PaddedNumber {
    static let reason = "number padded with zeros"
    private static let lengths = 4...32

    /// The length of such a name that begins there and is a whole segment; nil: none does.
    static func length(at i: Int, in path: [UInt8]) -> Int? {
        let slash = UInt8(ascii: "/")
        guard i > 0, path[i - 1] == slash, path[i] == 0x30 else { return nil }
        let end = path[i...].firstIndex(of: slash) ?? path.count
        guard lengths.contains(end - i), path[i..<end].allSatisfy(isUpperHex) else { return nil }
        return end - i
    }

    private static func isUpperHex(_ byte: UInt8) -> Bool {
        TypedSegments.isDigit(byte) || (0x41...0x46).contains(byte)
    }
}
