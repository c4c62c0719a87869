/// Open addressing from hashes to ids; the owner holds what the ids stand for.
struct InternTable {
    private var slots: [Int32]
    private var hashes: [UInt32]
    private var count = 0

    init() {
        slots = Array(repeating: -1, count: 1024)
        hashes = Array(repeating: 0, count: 1024)
    }

    /// The id with this hash for which `isEqual` holds.
    func find(_ hash: UInt32, where isEqual: (Int32) -> Bool) -> Int32? {
        let mask = slots.count - 1
        var index = Int(hash) & mask
        while slots[index] >= 0 {
            if hashes[index] == hash, isEqual(slots[index]) { return slots[index] }
            index = (index + 1) & mask
        }
        return nil
    }

    /// Adds an id that `find` did not give.
    mutating func insert(_ hash: UInt32, id: Int32) {
        if count * 2 >= slots.count { grow() }
        place(hash, id)
        count += 1
    }

    private mutating func place(_ hash: UInt32, _ id: Int32) {
        let mask = slots.count - 1
        var index = Int(hash) & mask
        while slots[index] >= 0 { index = (index + 1) & mask }
        slots[index] = id
        hashes[index] = hash
    }

    private mutating func grow() {
        let oldSlots = slots
        let oldHashes = hashes
        slots = Array(repeating: -1, count: oldSlots.count * 2)
        hashes = Array(repeating: 0, count: oldSlots.count * 2)
        for index in oldSlots.indices where oldSlots[index] >= 0 {
            place(oldHashes[index], oldSlots[index])
        }
    }
}

/// A mixing hash of a run of words. Not keyed: the words are indices that the compiler chose.
struct WordHash {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    mutating func combine(_ word: UInt64) {
        state = (state ^ word) &* 0xff51_afd7_ed55_8ccd
        state ^= state >> 32
    }

    mutating func combine(_ word: Int32) { combine(UInt64(UInt32(bitPattern: word))) }
    mutating func combine(_ word: UInt32) { combine(UInt64(word)) }

    var value: UInt32 { UInt32(truncatingIfNeeded: state ^ state >> 29) }
}
