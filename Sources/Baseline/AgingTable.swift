/// A bounded dictionary that forgets what was not used for long: two halves, of which the old
/// one is dropped when the young one is full. What was dropped is counted.
struct AgingTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let half: Int
    private(set) var evicted = 0

    /// - Parameter limit: entries kept at most.
    init(limit: Int) { half = max(1, limit / 2) }

    var count: Int { young.count + old.count }

    /// The value, which counts as a use.
    mutating func value(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, at: key)
        return value
    }

    mutating func insert(_ value: Value, at key: Key) {
        old[key] = nil
        if young.count >= half, young[key] == nil {
            evicted += old.count
            old = young
            young = [:]
        }
        young[key] = value
    }

    mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
    }
}
