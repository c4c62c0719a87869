/// The meaning of path patterns, in the plainest form: a set of positions that moves over the
/// path. The compiled automaton is tested against this one, and what is asked once per alert
/// uses it. Time: bytes of the path times steps of the pattern.
public struct PatternMatcher: Sendable {
    /// One step takes a byte of its set, or, where it repeats, one or more of them.
    struct Step: Sendable {
        var bytes: ByteSet
        var repeats: Bool
    }

    let steps: [Step]
    /// Steps before the first that repeats: the n-th takes the n-th byte.
    let fixedLength: Int

    public init(_ pattern: PathPattern) {
        steps = pattern.elements.flatMap(Self.steps(of:))
        fixedLength = steps.firstIndex(where: \.repeats) ?? steps.count
    }

    /// Whether the pattern matches all of these bytes.
    public func matches(_ path: some Sequence<UInt8>) -> Bool {
        var bytes = path.makeIterator()
        for step in steps[..<fixedLength] {
            guard let byte = bytes.next(), step.bytes.contains(byte) else { return false }
        }
        // reached[i]: the steps before i are done with, i is next.
        var reached = [Bool](repeating: false, count: steps.count + 1)
        var next = reached
        reached[fixedLength] = true
        while let byte = bytes.next() {
            var alive = false
            for i in fixedLength...steps.count { next[i] = false }
            for i in fixedLength..<steps.count where reached[i] && steps[i].bytes.contains(byte) {
                next[i + 1] = true
                if steps[i].repeats { next[i] = true }
                alive = true
            }
            guard alive else { return false }
            swap(&reached, &next)
        }
        return reached[steps.count]
    }

    /// Whether some path is matched by both patterns.
    public func overlaps(_ other: PatternMatcher) -> Bool {
        let start = min(fixedLength, other.fixedLength)
        for i in 0..<start where !steps[i].bytes.intersects(other.steps[i].bytes) { return false }
        let width = other.steps.count + 1
        var seen = [Bool](repeating: false, count: (steps.count + 1) * width)
        var open = [(start, start)]
        while let (i, j) = open.popLast() {
            if i == steps.count && j == other.steps.count { return true }
            guard i < steps.count, j < other.steps.count,
                steps[i].bytes.intersects(other.steps[j].bytes)
            else { continue }
            for a in steps[i].repeats ? [i, i + 1] : [i + 1] {
                for b in other.steps[j].repeats ? [j, j + 1] : [j + 1]
                where !seen[a * width + b] {
                    seen[a * width + b] = true
                    open.append((a, b))
                }
            }
        }
        return false
    }

    private static func steps(of element: PathPattern.Element) -> [Step] {
        switch element {
        case .byte(let byte): [Step(bytes: ByteSet(byte), repeats: false)]
        case .int: [Step(bytes: .digits, repeats: true)]
        case .hex: [Step(bytes: .hexadecimal, repeats: true)]
        case .base32: [Step(bytes: .base32, repeats: true)]
        case .segment: [Step(bytes: .notSlash, repeats: true)]
        case .anyDepth: [Step(bytes: .all, repeats: true)]
        case .uuid:
            [8, 4, 4, 4, 12].map { Array(repeating: ByteSet.hexadecimal, count: $0) }
                .joined(separator: [ByteSet(UInt8(ascii: "-"))])
                .map { Step(bytes: $0, repeats: false) }
        }
    }
}

/// A set of byte values.
struct ByteSet: Hashable, Sendable {
    private var words: [4 of UInt64] = [0, 0, 0, 0]

    init() {}
    init(_ byte: UInt8) { insert(byte) }
    init(_ ranges: ClosedRange<UInt8>...) {
        for range in ranges { for byte in range { insert(byte) } }
    }

    static let digits = ByteSet(0x30...0x39)
    static let hexadecimal = ByteSet(0x30...0x39, 0x41...0x46, 0x61...0x66)
    static let base32 = ByteSet(0x30...0x39, 0x61...0x7a)
    static let all = ByteSet(0...255)
    static let notSlash = ByteSet(0...0x2e, 0x30...255)

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    func intersects(_ other: ByteSet) -> Bool {
        for i in 0..<4 where words[i] & other.words[i] != 0 { return true }
        return false
    }

    private mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    static func == (a: ByteSet, b: ByteSet) -> Bool {
        for i in 0..<4 where a.words[i] != b.words[i] { return false }
        return true
    }

    func hash(into hasher: inout Hasher) { for i in 0..<4 { hasher.combine(words[i]) } }
}
