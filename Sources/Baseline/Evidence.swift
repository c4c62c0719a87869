/// How often a behaviour was seen, by whom, and when first and last (nanoseconds since the epoch).
///
/// Counts are kept by source and joined by their maximum, so joining is commutative, associative
/// and idempotent. Of more than `sourceLimit` sources those with the smallest ids are kept: which
/// they are does not depend on the order of joining, and as ids are hashes they tell about how
/// many there were.
public struct Evidence: Hashable, Sendable {
    public static let sourceLimit = 16
    /// Bytes of an example.
    public static let exampleBytes = 256

    public struct Count: Hashable, Sendable {
        public var source: SourceID
        public var count: Int
    }

    /// By source, in the order of their ids.
    public private(set) var counts: [Count]
    /// There are further sources that are not in `counts`.
    public private(set) var isCut: Bool
    public var firstSeen: Int64
    public var lastSeen: Int64
    /// False: only processes that were starting up did it.
    public private(set) var whileServing = true
    /// One object that was seen, where the rule is wider than that.
    public private(set) var example: String?
    /// While learning: in which draws it was seen.
    var draws = Draws()

    public init(
        count: Int, firstSeen: Int64, lastSeen: Int64, source: SourceID = .unknown,
        example: String? = nil
    ) {
        counts = [Count(source: source, count: count)]
        isCut = false
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.example = example.map(Self.bounded)
    }

    /// - Parameter counts: in any order; a source that stands twice counts by its greatest.
    public init(
        counts: [SourceID: Int], isCut: Bool, firstSeen: Int64, lastSeen: Int64, example: String?
    ) {
        self.counts = counts.map { Count(source: $0.key, count: $0.value) }
            .sorted { $0.source < $1.source }
        self.isCut = isCut
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.example = example.map(Self.bounded)
        cut()
    }

    /// Of the sources in `counts` together.
    public var count: Int {
        counts.reduce(0) { Self.sum($0, $1.count) }
    }

    /// About how many sources there are beyond those in `counts`: the smallest ids of a uniform
    /// hash lie the closer together, the more there are.
    public var furtherSources: Int {
        guard isCut, let greatest = counts.last?.source.rawValue, greatest > 0 else { return 0 }
        let all = Double(counts.count - 1) * 0x1p32 / Double(greatest)
        return max(1, Int(all.rounded()) - counts.count)
    }

    /// Takes up what was seen of the same rule elsewhere, or of the same source at another time.
    public mutating func join(_ other: Evidence) { combine(other, count: max) }

    /// Takes up the evidence of another object that the same rule covers: counts add up.
    mutating func merge(_ other: Evidence) { combine(other, count: Self.sum) }

    /// For what was seen at startup only, and has no other evidence yet.
    mutating func limit(toStartup isLimited: Bool) { whileServing = !isLimited }

    /// One more occurrence.
    mutating func count(_ sighting: Sighting) {
        firstSeen = min(firstSeen, sighting.first)
        lastSeen = max(lastSeen, sighting.last)
        whileServing = whileServing || sighting.whileServing
        draws.formUnion(sighting.draws)
        if let i = counts.firstIndex(where: { $0.source == sighting.source }) {
            counts[i].count = Self.sum(counts[i].count, 1)
        } else {
            insert(Count(source: sighting.source, count: 1))
        }
    }

    /// Names an object that was seen; of several the first by its bytes stays.
    mutating func note(example text: String) {
        let text = Self.bounded(text)
        example = example.map { bytesPrecede($0, text) ? $0 : text } ?? text
    }

    private mutating func combine(_ other: Evidence, count: (Int, Int) -> Int) {
        firstSeen = min(firstSeen, other.firstSeen)
        lastSeen = max(lastSeen, other.lastSeen)
        whileServing = whileServing || other.whileServing
        isCut = isCut || other.isCut
        draws.formUnion(other.draws)
        for entry in other.counts {
            if let i = counts.firstIndex(where: { $0.source == entry.source }) {
                counts[i].count = count(counts[i].count, entry.count)
            } else {
                insert(entry)
            }
        }
        if let example = other.example { note(example: example) }
    }

    private mutating func insert(_ entry: Count) {
        let place = counts.firstIndex { entry.source < $0.source } ?? counts.endIndex
        counts.insert(entry, at: place)
        cut()
    }

    private mutating func cut() {
        guard counts.count > Self.sourceLimit else { return }
        counts.removeLast(counts.count - Self.sourceLimit)
        isCut = true
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let sum = a.addingReportingOverflow(b)
        return sum.overflow ? Int.max : sum.partialValue
    }

    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > exampleBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: exampleBytes - 3)
        while end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return text[..<end] + "..."
    }
}

/// One occurrence of a behaviour while learning.
struct Sighting {
    var source: SourceID
    /// Nanoseconds since the epoch.
    var first: Int64
    var last: Int64
    var whileServing = true
    var draws = Draws()

    var evidence: Evidence {
        var evidence = Evidence(count: 1, firstSeen: first, lastSeen: last, source: source)
        evidence.limit(toStartup: !whileServing)
        evidence.draws = draws
        return evidence
    }
}
