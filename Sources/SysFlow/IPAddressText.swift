/// The written form of addresses: dotted for IPv4 (also when held mapped), RFC 5952 for IPv6.
extension IPAddress: CustomStringConvertible {
    public var description: String {
        if let v4 {
            return "\(v4 >> 24).\(v4 >> 16 & 255).\(v4 >> 8 & 255).\(v4 & 255)"
        }
        let groups = self.groups
        guard let gap = Self.longestZeroRun(groups) else {
            return Self.joined(groups[...])
        }
        return Self.joined(groups[..<gap.lowerBound]) + "::"
            + Self.joined(groups[gap.upperBound...])
    }

    /// Reads an IPv4 or IPv6 address; nil where the text is neither. Zone ids are refused,
    /// and so are leading zeros in IPv4, which some readers take as octal.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        if !bytes.contains(UInt8(ascii: ":")) {
            guard let v4 = Self.parseV4(bytes[...]) else { return nil }
            self.init(v4: v4)
            return
        }
        guard let groups = Self.parseV6(bytes) else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for group in groups[..<4] { high = high << 16 | UInt64(group) }
        for group in groups[4...] { low = low << 16 | UInt64(group) }
        self.init(high: high, low: low)
    }

    private var groups: [UInt16] {
        [high, low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of two or more zero groups.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best = 0..<0
        var start = 0
        for i in 0...groups.count where i == groups.count || groups[i] != 0 {
            if i - start > best.count { best = start..<i }
            start = i + 1
        }
        return best.count >= 2 ? best : nil
    }

    private static func parseV4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let first = part.first, part.count <= 3, part.count == 1 || first != 0x30 else {
                return nil
            }
            var octet: UInt32 = 0
            for byte in part {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                octet = octet * 10 + UInt32(byte - 0x30)
            }
            guard octet <= 255 else { return nil }
            value = value << 8 | octet
        }
        return value
    }

    /// Eight groups, or nil.
    private static func parseV6(_ bytes: [UInt8]) -> [UInt16]? {
        var gap: Int?
        for i in bytes.indices.dropFirst() where bytes[i] == 0x3a && bytes[i - 1] == 0x3a {
            guard gap == nil else { return nil }
            gap = i - 1
        }
        guard let gap else {
            guard let groups = parseGroups(bytes[...]), groups.count == 8 else { return nil }
            return groups
        }
        guard let front = parseGroups(bytes[..<gap]),
            let back = parseGroups(bytes[(gap + 2)...]),
            !bytes[..<gap].contains(UInt8(ascii: ".")), front.count + back.count <= 7
        else { return nil }
        return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    }

    /// Groups between colons; the last may be a dotted IPv4 address.
    private static func parseGroups(_ bytes: ArraySlice<UInt8>) -> [UInt16]? {
        if bytes.isEmpty { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (i, part) in parts.enumerated() {
            if i == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let v4 = parseV4(part) else { return nil }
                groups.append(UInt16(v4 >> 16))
                groups.append(UInt16(truncatingIfNeeded: v4))
                continue
            }
            let isHex = part.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x46).contains($0)
                    || (0x61...0x66).contains($0)
            }
            guard (1...4).contains(part.count), isHex,
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups
    }
}
