/// A bounded dictionary. At its limit the entry that was not used for longest goes.
///
/// Entries are also known by their index, which stays the same until they are removed.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var key: Key
        var value: Value
        var cost: Int
    }

    /// Apart from the entries, so that a use copies none.
    private struct Links {
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }

    private let limit: Int
    private let costLimit: Int
    private var entries: [Entry?] = []
    private var links: [Links] = []
    private var free: [Int] = []
    private var indexes: [Key: Int] = [:]
    private var oldest = none
    private var newest = none
    private(set) var cost = 0
    /// Entries that went at the limit.
    private(set) var evicted = 0

    /// - Parameters:
    ///   - limit: entries kept, at least one.
    ///   - cost: the sum of the entries' costs that is kept; one entry is kept whatever it costs.
    init(limit: Int, cost: Int) {
        self.limit = max(1, limit)
        costLimit = cost
    }

    var count: Int { indexes.count }

    func index(of key: Key) -> Int? { indexes[key] }

    /// The value at an index that `index(of:)` gave.
    subscript(index: Int) -> Value {
        get {
            guard let entry = entries[index] else { preconditionFailure("no entry at \(index)") }
            return entry.value
        }
        set { entries[index]?.value = newValue }
    }

    /// Changes a value in its place.
    mutating func update(_ index: Int, _ body: (inout Value) -> Void) {
        guard entries[index] != nil else { return }
        body(&entries[index]!.value)
    }

    /// Makes the entry the newest.
    mutating func use(_ index: Int) {
        guard index != newest else { return }
        unlink(index)
        append(index)
    }

    /// Adds or replaces; the entry is then the newest.
    mutating func set(_ value: Value, cost: Int, at key: Key) {
        let entry = Entry(key: key, value: value, cost: cost)
        if let index = indexes[key] {
            self.cost += cost - (entries[index]?.cost ?? 0)
            entries[index] = entry
            use(index)
        } else {
            self.cost += cost
            indexes[key] = add(entry)
        }
        while count > 1, count > limit || self.cost > costLimit, let key = entries[oldest]?.key {
            remove(key)
            evicted += 1
        }
    }

    private mutating func add(_ entry: Entry) -> Int {
        let index: Int
        if let reused = free.popLast() {
            index = reused
            entries[index] = entry
        } else {
            index = entries.count
            entries.append(entry)
            links.append(Links(older: Self.none, newer: Self.none))
        }
        append(index)
        return index
    }

    @discardableResult
    mutating func remove(_ key: Key) -> (value: Value, cost: Int)? {
        guard let index = indexes.removeValue(forKey: key), let entry = entries[index] else {
            return nil
        }
        unlink(index)
        entries[index] = nil
        free.append(index)
        cost -= entry.cost
        return (entry.value, entry.cost)
    }

    mutating func removeAll() {
        entries = []
        links = []
        free = []
        indexes = [:]
        (oldest, newest) = (Self.none, Self.none)
        cost = 0
    }

    private mutating func append(_ index: Int) {
        links[index] = Links(older: newest, newer: Self.none)
        if newest == Self.none { oldest = index } else { links[newest].newer = index }
        newest = index
    }

    private mutating func unlink(_ index: Int) {
        let (older, newer) = (links[index].older, links[index].newer)
        if older == Self.none { oldest = newer } else { links[older].newer = newer }
        if newer == Self.none { newest = older } else { links[newer].older = older }
    }
}
