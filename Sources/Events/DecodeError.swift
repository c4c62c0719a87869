/// Why a record of the ring buffer could not be read. Offsets and lengths are in bytes.
public enum DecodeError: Error, Hashable, Sendable {
    /// Fewer bytes than a header has.
    case shorterThanHeader(byteCount: Int)
    /// A kind that this version of the wire contract does not have.
    case unknownKind(UInt16)
    /// The header's size is less than the kind's fixed part, or more than was delivered.
    case wrongSize(kind: UInt16, size: Int, fixed: Int, delivered: Int)
    /// A path, an argument list or an object longer than the contract allows.
    case tooLong(kind: UInt16, offset: Int, length: Int, limit: Int)
    /// The lengths in the record reach past its end.
    case dataOutside(kind: UInt16, end: Int, size: Int)
}

extension DecodeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .shorterThanHeader(let byteCount):
            "ring buffer record of \(byteCount) bytes: a header has \(Layout.Header.end)"
                + Self.remedy
        case .unknownKind(let kind):
            "ring buffer record of unknown kind \(kind) at byte \(Layout.Header.kind)"
                + Self.remedy
        case .wrongSize(let kind, let size, let fixed, let delivered):
            "ring buffer record of kind \(kind): size \(size) at byte \(Layout.Header.size) "
                + "lies outside \(fixed)...\(delivered)" + Self.remedy
        case .tooLong(let kind, let offset, let length, let limit):
            "ring buffer record of kind \(kind): length \(length) at byte \(offset) is over "
                + "its limit \(limit)" + Self.remedy
        case .dataOutside(let kind, let end, let size):
            "ring buffer record of kind \(kind): its data end at byte \(end), the record at "
                + "\(size)" + Self.remedy
        }
    }

    private static let remedy =
        "; the BPF object and this program differ: use those of one build"
}
