/// When a program was started: enough of it to tell a timer's job from what load brings.
struct Rhythm: Hashable, Sendable {
    struct Key: Hashable, Sendable, Comparable {
        var subject: PathBytes
        var path: PathBytes
        static func < (a: Key, b: Key) -> Bool { (a.subject, a.path) < (b.subject, b.path) }
    }

    /// The latest starts, ascending; those that follow another within `together` belong to it.
    private(set) var times: [Int64] = []

    static let kept = 16
    static let together: Int64 = 1_000_000_000
    /// Shorter periods are drawn often enough to need no care.
    static let shortest: Int64 = 10_000_000_000
    /// How far a gap may lie from the median, as a share of it.
    static let jitter = 0.2
    /// Times that it takes to believe in a period.
    static let proof = 3

    mutating func note(_ time: Int64) {
        if let i = times.lastIndex(where: { $0 <= time }) {
            if time - times[i] < Self.together { return }
            times.insert(time, at: i + 1)
        } else {
            times.insert(time, at: 0)
        }
        if times.count > Self.kept { times.removeFirst() }
    }

    mutating func join(_ other: Rhythm) {
        for time in other.times { note(time) }
    }

    /// The period of what comes in regular intervals, or of what came twice far apart.
    var job: (period: Int64, jitter: Double, times: Int)? {
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }.sorted()
        guard !gaps.isEmpty else { return nil }
        let median = gaps[gaps.count / 2]
        guard median >= Self.shortest else { return nil }
        let widest = gaps.map { Double(abs($0 - median)) / Double(median) }.max() ?? 0
        return widest <= Self.jitter ? (median, widest, times.count) : nil
    }
}
