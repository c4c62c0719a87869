/// Where a profile comes from.
public struct Provenance: Hashable, Sendable {
    /// Nanoseconds since the epoch.
    public var from: Int64
    public var to: Int64
    public var records: Int
    /// Records lost while learning, by dimension; a dimension with a loss is partial.
    public var losses: [String: Int]
    /// What the totals above are made of; empty in a profile that does not say.
    public private(set) var sources: [SourceID: Source]
    /// There are further sources than those kept.
    public private(set) var isCut: Bool

    /// Sources kept, those with the smallest ids. Beyond it the totals are those of the kept.
    public static let sourceLimit = 1024

    public init(
        from: Int64, to: Int64, records: Int, losses: [String: Int] = [:],
        sources: [SourceID: Source] = [:], isCut: Bool = false
    ) {
        self.from = from
        self.to = to
        self.records = records
        self.losses = losses
        self.sources = sources
        self.isCut = isCut
    }

    /// nil where none of the sources showed anything and nothing was lost.
    public init?(_ sources: [SourceID: Source], isCut: Bool = false) {
        let kept = sources.sorted { $0.key < $1.key }.prefix(Self.sourceLimit)
        let spans = kept.compactMap(\.value.span)
        guard let from = spans.map(\.lowerBound).min(), let to = spans.map(\.upperBound).max()
        else { return nil }
        var losses: [String: Int] = [:]
        var records = 0
        for source in kept.map(\.value) {
            records = Self.sum(records, source.records)
            losses.merge(source.losses, uniquingKeysWith: Self.sum)
        }
        self.init(
            from: from, to: to, records: records, losses: losses,
            sources: Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) }),
            isCut: isCut || sources.count > kept.count)
    }

    /// What both come from: commutative, associative and idempotent.
    public func joined(with other: Provenance) -> Provenance {
        var all = described
        for (id, source) in other.described {
            if all[id]?.join(source) == nil { all[id] = source }
        }
        // There is a span, as both have one.
        return Provenance(all, isCut: isCut || other.isCut) ?? self
    }

    /// The sources; the totals as one unknown source where there are none.
    private var described: [SourceID: Source] {
        guard sources.isEmpty else { return sources }
        let span = min(from, to)...max(from, to)
        return [.unknown: Source(span: span, records: records, losses: losses)]
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let sum = a.addingReportingOverflow(b)
        return sum.overflow ? Int.max : sum.partialValue
    }
}
