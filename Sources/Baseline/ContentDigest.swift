/// The SHA-256 of a file's content: what a rule can bind a program or a library to.
public struct ContentDigest: Hashable, Sendable, Comparable {
    /// 32 of them.
    public let bytes: [UInt8]

    public static let size = 32

    /// nil: not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    /// As sha256sum prints it: 64 hexadecimal digits, small or capital. nil: anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 2 * Self.size else { return nil }
        var bytes: [UInt8] = []
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[at]), let low = Self.value(digits[at + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }

    /// Enough of it to tell versions of one file apart, for people.
    public var short: String { String(hex.prefix(12)) }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }

    public static func < (a: Self, b: Self) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }
}

/// How a profile's rules know programs and libraries again.
public enum Identity: String, Sendable, CaseIterable {
    /// By path and, where a rule has digests, by content too.
    case content
    /// By path alone; digests stand in the profile and are not judged.
    case path
}

extension ExecRule {
    mutating func join(contents other: ExecRule) { digests = digests.joined(with: other.digests) }
}

extension FileRule {
    /// Contents bind what is mapped, so one that does not allow it says nothing of them.
    mutating func join(contents other: FileRule) {
        guard other.access.contains(.map) else { return }
        digests = access.contains(.map) ? digests.joined(with: other.digests) : other.digests
    }

    /// Takes access away; without `map` there is nothing for contents to bind.
    mutating func remove(_ access: FileAccess) {
        self.access.subtract(access)
        if !self.access.contains(.map) { digests = [] }
    }
}

extension [ContentDigest] {
    /// What two rules for one path allow together. A rule without digests allows any content, and
    /// so do both then.
    public func joined(with other: [ContentDigest]) -> [ContentDigest] {
        isEmpty || other.isEmpty ? [] : Set(self + other).sorted()
    }
}
