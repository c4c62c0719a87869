/// Entities of one kind by their ids, each in a numbered slot. Bounded by bytes: beyond, a hand goes
/// round the slots, takes a chance from each and forgets what has none left. A citation gives a
/// chance, up to `mostChances`, so that what is cited often outlives what was cited once.
public struct SlotTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Slot: Sendable {
        /// Nil for a free slot.
        var key: Key?
        /// Of the value: no other value of any table has it.
        var version: UInt64 = 0
        /// The version with which the key came to this slot.
        var since: UInt64 = 0
        var cost = 0
        /// How often the hand passes before it is forgotten.
        var chances: UInt8 = 0
    }

    /// Where a citation led last time; saves looking it up again.
    struct Link: Sendable {
        /// -1: to nothing.
        var slot: Int32 = -1
        /// The slot's `since`, or the table's `insertions` when it led to nothing.
        var since: UInt64 = .max
    }

    /// By slot. A free slot holds an empty value.
    public internal(set) var values: [Value] = []
    /// How many entities are known.
    public var count: Int { places.count }
    /// Entities that were forgotten for lack of room.
    public private(set) var forgotten = 0

    private static var mostChances: UInt8 { 3 }

    private(set) var slots: [Slot] = []
    private var places: [Key: Int32] = [:]
    private var free: [Int32] = []
    /// Slots by a cheap hash of their key. Never trusted: the slot's key is compared.
    private var hints: [Int32]
    /// Counts keys that are new to the table.
    private var insertions: UInt64 = 0
    private var hand = 0
    private var bytes = 0
    private let limit: Int
    private let vacant: Value

    /// - Parameters:
    ///   - limit: bytes of all entities as given by `store`'s cost.
    ///   - vacant: what a free slot holds.
    ///   - hints: a power of two; as many entities as this are found quickly.
    init(limit: Int, vacant: Value, hints: Int = 64) {
        self.limit = limit
        self.vacant = vacant
        self.hints = Array(repeating: 0, count: hints)
    }

    /// Forgets all entities. What they took up is used again.
    mutating func reset() {
        values.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        insertions += 1
        forgotten = 0
        hand = 0
        bytes = 0
    }

    /// The slot of a key, or -1.
    mutating func find(_ key: Key, hint: UInt64) -> Int32 {
        let place = Int(truncatingIfNeeded: hint) & (hints.count - 1)
        let candidate = hints[place]
        if Int(candidate) < slots.count, slots[Int(candidate)].key == key {
            cite(candidate)
            return candidate
        }
        guard let slot = places[key] else { return -1 }
        hints[place] = slot
        cite(slot)
        return slot
    }

    /// The slot of a key, or nil; it counts as no citation.
    func slot(of key: Key) -> Int32? { places[key] }

    /// The slot that a link leads to, or -1. The key is looked up only when the table has changed.
    mutating func follow(_ link: inout Link, to key: Key) -> Int32 {
        let slot = link.slot
        if slot < 0 {
            if link.since == insertions { return -1 }
        } else if Int(slot) < slots.count, slots[Int(slot)].since == link.since {
            cite(slot)
            return slot
        }
        guard let found = places[key] else {
            link = Link(slot: -1, since: insertions)
            return -1
        }
        link = Link(slot: found, since: slots[Int(found)].since)
        cite(found)
        return found
    }

    private mutating func cite(_ slot: Int32) {
        if slots[Int(slot)].chances < Self.mostChances { slots[Int(slot)].chances += 1 }
    }

    /// Takes an entity in, in the place of an earlier one with the same key.
    ///
    /// - Parameters:
    ///   - cost: its bytes.
    ///   - version: a number higher than any before.
    /// - Returns: its slot.
    mutating func store(_ value: Value, for key: Key, cost: Int, version: UInt64) -> Int32 {
        let slot: Int32
        if let known = places[key] {
            slot = known
            bytes -= slots[Int(slot)].cost
        } else {
            slot = vacantSlot()
            places[key] = slot
            slots[Int(slot)].key = key
            slots[Int(slot)].since = version
            insertions += 1
        }
        values[Int(slot)] = value
        slots[Int(slot)].version = version
        slots[Int(slot)].cost = cost
        bytes += cost
        while bytes > limit, places.count > 1 { forgetOne(besides: slot) }
        return slot
    }

    private mutating func vacantSlot() -> Int32 {
        if let slot = free.popLast() { return slot }
        values.append(vacant)
        slots.append(Slot())
        return Int32(slots.count - 1)
    }

    private mutating func forgetOne(besides newest: Int32) {
        while true {
            hand = hand + 1 < slots.count ? hand + 1 : 0
            guard let key = slots[hand].key, hand != Int(newest) else { continue }
            if slots[hand].chances > 0 {
                slots[hand].chances -= 1
                continue
            }
            places[key] = nil
            bytes -= slots[hand].cost
            slots[hand] = Slot()
            values[hand] = vacant
            free.append(Int32(hand))
            forgotten += 1
            return
        }
    }
}
