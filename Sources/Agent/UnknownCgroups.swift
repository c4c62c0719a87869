/// Watched cgroups that no runtime's state names yet, and when to look again: often at first,
/// as a runtime starts the entry point some milliseconds after it wrote its state.
struct UnknownCgroups {
    private struct Entry {
        var since: UInt64
        var next: UInt64
    }

    /// How long a cgroup that looks like a container's may stay unknown to every runtime;
    /// nanoseconds, like all times here.
    static let limit: UInt64 = 10_000_000_000

    private var entries: [UInt32: Entry] = [:]

    var isEmpty: Bool { entries.isEmpty }

    func contains(_ slot: UInt32) -> Bool { entries[slot] != nil }

    mutating func add(_ slot: UInt32, now: UInt64) {
        entries[slot] = Entry(since: now, next: now + Self.pause(atAge: 0))
    }

    mutating func remove(_ slot: UInt32) { entries[slot] = nil }

    /// The slots to be looked at now; each has its next time set.
    mutating func takeDue(now: UInt64) -> [UInt32] {
        let due = entries.filter { $0.value.next <= now }.keys.sorted()
        for slot in due {
            guard let since = entries[slot]?.since else { continue }
            entries[slot]?.next = now + Self.pause(atAge: now &- since)
        }
        return due
    }

    func isOver(_ slot: UInt32, now: UInt64) -> Bool {
        entries[slot].map { now >= $0.since + Self.limit } ?? false
    }

    func hasOlder(than age: UInt64, now: UInt64) -> Bool {
        entries.values.contains { now >= $0.since + age }
    }

    /// Milliseconds until the next is due, at least 1; nil: none is.
    func wait(now: UInt64) -> Int32? {
        guard let next = entries.values.map(\.next).min() else { return nil }
        return Int32(clamping: max(1, (Int64(next) - Int64(now)) / 1_000_000))
    }

    private static func pause(atAge age: UInt64) -> UInt64 {
        switch age {
        case ..<500_000_000: 2_000_000
        case ..<2_000_000_000: 20_000_000
        default: 200_000_000
        }
    }
}
