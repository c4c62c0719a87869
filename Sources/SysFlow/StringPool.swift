/// Shares the storage of strings that recur in a trace. A cache of bounded associativity, so that
/// strings made to collide cost a bounded number of comparisons.
struct StringPool {
    private static let ways = 4
    /// Strings up to this length need no storage of their own.
    private static let inlineBytes = 15

    private var strings: [String]
    /// 0 marks a free place.
    private var hashes: [UInt64]
    private var stored = 0
    /// Strings that were not UTF-8; their wrong bytes were replaced with U+FFFD.
    private(set) var lossyStrings = 0

    init() {
        strings = Array(repeating: "", count: 256)
        hashes = Array(repeating: 0, count: 256)
    }

    /// How many strings there is room for; grows up to `TraceLimits.pooledStrings`.
    var capacity: Int { strings.count }

    mutating func string(_ bytes: Span<UInt8>) -> String {
        if bytes.count <= Self.inlineBytes || bytes.count > TraceLimits.pooledStringBytes {
            return make(bytes)
        }
        let hash = Self.hash(bytes)
        let first = Int(truncatingIfNeeded: hash) & (strings.count - Self.ways)
        for place in first..<first + Self.ways {
            if hashes[place] == hash, Self.equal(strings[place], bytes) { return strings[place] }
            if hashes[place] == 0 {
                let text = make(bytes)
                keep(text, hash: hash, at: place)
                return text
            }
        }
        let text = make(bytes)
        strings[first + Int(truncatingIfNeeded: hash >> 62)] = text
        hashes[first + Int(truncatingIfNeeded: hash >> 62)] = hash
        return text
    }

    private mutating func make(_ bytes: Span<UInt8>) -> String {
        if let valid = try? UTF8Span(validating: bytes) { return String(copying: valid) }
        lossyStrings += 1
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for i in bytes.indices { copy.append(bytes[i]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private mutating func keep(_ text: String, hash: UInt64, at place: Int) {
        strings[place] = text
        hashes[place] = hash
        stored += 1
        if stored > strings.count / 2, strings.count < TraceLimits.pooledStrings { grow() }
    }

    /// Strings that find no free place in their new set are dropped: they will be met again.
    private mutating func grow() {
        let (oldStrings, oldHashes) = (strings, hashes)
        strings = Array(repeating: "", count: oldStrings.count * 2)
        hashes = Array(repeating: 0, count: oldHashes.count * 2)
        stored = 0
        for (text, hash) in zip(oldStrings, oldHashes) where hash != 0 {
            let first = Int(truncatingIfNeeded: hash) & (strings.count - Self.ways)
            guard let place = (first..<first + Self.ways).first(where: { hashes[$0] == 0 })
            else { continue }
            strings[place] = text
            hashes[place] = hash
            stored += 1
        }
    }

    private static func equal(_ text: String, _ bytes: Span<UInt8>) -> Bool {
        let stored = text.utf8.span
        guard stored.count == bytes.count else { return false }
        for i in bytes.indices where stored[i] != bytes[i] { return false }
        return true
    }

    /// FNV-1a with a final mix; never 0.
    private static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for i in bytes.indices { hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        hash &*= 0x9e37_79b9_7f4a_7c15
        return (hash ^ hash >> 29) | 1 << 61
    }
}
