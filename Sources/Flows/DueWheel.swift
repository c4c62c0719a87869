/// Which table positions are due when: a wheel of buckets, each for a span of time. Scheduling,
/// cancelling and taking what is due cost the same however many positions there are.
struct DueWheel {
    private static let bucketCount: UInt64 = 128

    private let granularity: UInt64
    private var buckets = [IndexList](repeating: IndexList(), count: Int(bucketCount))
    private var links = IndexLinks()
    private var due: [(time: UInt64, bucket: Int32)] = []
    /// The span up to which everything due was taken; nil before the first time.
    private var position: UInt64?

    /// `horizon` is the farthest ahead that times are scheduled. What is scheduled farther than
    /// twice that comes up early.
    init(horizon: UInt64) {
        granularity = max(1, horizon / (Self.bucketCount / 2))
    }

    mutating func schedule(_ index: Int32, at time: UInt64) {
        var span = time / granularity
        if let position {
            span = min(max(span, position), position.addingSaturated(Self.bucketCount - 1))
        }
        let bucket = Int32(truncatingIfNeeded: span % Self.bucketCount)
        while due.count <= Int(index) { due.append((0, -1)) }
        due[Int(index)] = (time, bucket)
        links.append(index, to: &buckets[Int(bucket)])
    }

    mutating func cancel(_ index: Int32) {
        guard Int(index) < due.count, due[Int(index)].bucket >= 0 else { return }
        links.remove(index, from: &buckets[Int(due[Int(index)].bucket)])
        due[Int(index)].bucket = -1
    }

    /// Takes out what is due at `now`.
    mutating func takeDue(now: UInt64, into taken: inout [Int32]) {
        let end = now / granularity
        let lap = Self.bucketCount - 1
        // What lies in a bucket that has come up, but for a later span, was put there because
        // its own was too far ahead.
        let early = position == nil ? end.addingSaturated(lap) : end
        guard position.map({ $0 <= end }) ?? true else { return }
        let start = max(position ?? 0, end > lap ? end - lap : 0)
        for span in start...end {
            takeDue(now: now, early: early, bucket: Int(span % Self.bucketCount), into: &taken)
        }
        position = end
    }

    private mutating func takeDue(
        now: UInt64, early: UInt64, bucket: Int, into taken: inout [Int32]
    ) {
        var index = buckets[bucket].first
        while index >= 0 {
            let next = links.next(after: index)
            let time = due[Int(index)].time
            if time <= now || time / granularity > early {
                cancel(index)
                taken.append(index)
            }
            index = next
        }
    }
}

extension UInt64 {
    /// The sum, or the greatest number where it has no room.
    func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The difference, or 0 where it would be negative.
    func subtractingSaturated(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
