import Baseline

/// Rules as strings of labels, each with what it allows, held in one pool.
struct RuleStrings {
    struct Entry {
        /// Where its labels stand in the pool.
        var labels: Range<Int>
        var accept: UInt32
        /// The node of the rules that the string leads to, or -1.
        var subject: Int32
        /// Index of the rule that it was made from.
        var rule: Int32
    }

    private(set) var labels: [Label] = []
    private(set) var entries: [Entry] = []

    mutating func removeAll() {
        labels.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// The labels of a path pattern after the dimension's byte.
    mutating func add(
        dimension: UInt8, pattern: PathPattern, accept: UInt32, subject: Int32 = -1, rule: Int32
    ) {
        let start = labels.count
        labels.append(.byte(dimension))
        for element in pattern.elements { append(element) }
        finish(from: start, accept: accept, subject: subject, rule: rule)
    }

    /// The labels of `struct ll_endpoint` after the dimension's byte. A range of ports becomes
    /// up to three strings, by its high byte.
    mutating func add(
        dimension: UInt8, proto: TransportProtocol, prefix: Prefix, ports: ClosedRange<UInt16>,
        accept: UInt32, rule: Int32
    ) {
        let first = ports.lowerBound.bytes
        let last = ports.upperBound.bytes
        func add(_ high: Label, _ low: Label) {
            let start = labels.count
            labels += [.byte(dimension), .byte(proto.rawValue), high, low]
            append(prefix)
            finish(from: start, accept: accept, subject: -1, rule: rule)
        }
        if first.high == last.high {
            add(.byte(first.high), .range(first.low, last.low))
            return
        }
        add(.byte(first.high), .range(first.low, 255))
        if last.high - first.high > 1 {
            add(.range(first.high + 1, last.high - 1), .anyByte)
        }
        add(.byte(last.high), .range(0, last.low))
    }

    /// A capability or an act: one byte after the dimension's.
    mutating func add(dimension: UInt8, number: UInt8, accept: UInt32, rule: Int32) {
        let start = labels.count
        labels += [.byte(dimension), .byte(number)]
        finish(from: start, accept: accept, subject: -1, rule: rule)
    }

    private mutating func finish(from start: Int, accept: UInt32, subject: Int32, rule: Int32) {
        entries.append(
            Entry(labels: start..<labels.count, accept: accept, subject: subject, rule: rule))
    }

    private mutating func append(_ element: PathPattern.Element) {
        switch element {
        case .byte(let byte): labels.append(.byte(byte))
        case .int: labels.append(.digits)
        case .hex: labels.append(.hexDigits)
        case .base32: labels.append(.base32Digits)
        case .segment: labels.append(.segment)
        case .anyDepth: labels.append(.anything)
        case .uuid:
            for position in 0..<36 {
                let isHyphen = position == 8 || position == 13 || position == 18 || position == 23
                labels.append(isHyphen ? .byte(UInt8(ascii: "-")) : .hexDigit)
            }
        }
    }

    private mutating func append(_ prefix: Prefix) {
        for index in 0..<16 {
            let word = index < 8 ? prefix.high : prefix.low
            let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
            let bits = min(8, max(0, prefix.length - 8 * index))
            let free = UInt8(truncatingIfNeeded: (UInt32(1) << UInt32(8 - bits)) - 1)
            labels.append(.range(byte & ~free, byte | free))
        }
    }

    /// Sorts the entries by their labels, as the graph builder takes them.
    mutating func sort() {
        let labels = labels
        entries.sort { a, b in
            labels[a.labels].lexicographicallyPrecedes(labels[b.labels])
        }
    }

    /// How many labels two entries begin with in common.
    func sharedPrefix(_ a: Range<Int>, _ b: Range<Int>) -> Int {
        let limit = min(a.count, b.count)
        var shared = 0
        while shared < limit, labels[a.lowerBound + shared] == labels[b.lowerBound + shared] {
            shared += 1
        }
        return shared
    }
}

extension UInt16 {
    /// In network order.
    fileprivate var bytes: (high: UInt8, low: UInt8) {
        (UInt8(truncatingIfNeeded: self >> 8), UInt8(truncatingIfNeeded: self))
    }
}
