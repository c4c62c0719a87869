internal import SysFlow

/// Records in their order, with the bytes that they hold. Grows as needed; whoever fills it bounds
/// it.
struct RecordQueue: Sendable {
    /// A ring; its size is a power of two.
    private var places: [Record?] = Array(repeating: nil, count: 64)
    private var head = 0
    private(set) var count = 0
    /// The sum of the records' footprints.
    private(set) var bytes = 0

    var first: Record? { places[head] }

    mutating func append(_ record: Record) {
        if count == places.count { grow() }
        places[(head + count) & (places.count - 1)] = record
        count += 1
        bytes += record.footprint
    }

    mutating func removeFirst() -> Record? {
        guard let record = places[head] else { return nil }
        places[head] = nil
        head = (head + 1) & (places.count - 1)
        count -= 1
        bytes -= record.footprint
        return record
    }

    private mutating func grow() {
        var larger: [Record?] = Array(repeating: nil, count: places.count * 2)
        for index in 0..<count { larger[index] = places[(head + index) & (places.count - 1)] }
        places = larger
        head = 0
    }
}
