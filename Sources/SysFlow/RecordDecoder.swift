/// Runs a `Plan` over data and builds records from what it finds.
struct RecordDecoder: Sendable {
    private(set) var plan: Plan
    private(set) var pool = StringPool()
    var numbers = [44 of Int64](repeating: 0)
    var strings = [31 of String](repeating: "")
    var files = [2 of FileID](repeating: FileID(bytes: [20 of UInt8](repeating: 0)))
    /// Source and destination, where they do not stand as IPv4 numbers.
    var addresses = [2 of IPAddress](repeating: IPAddress(high: 0, low: 0))
    var digest: [UInt8] = []
    var lists = ElementLists()
    private var presence: UInt16 = 0
    /// Of the datum read last: `Plan` says what the number means; 0: none.
    var sequence: Int64 { self[.sequence] }

    /// A plan without branches: every datum is unreadable until `use` gives a schema's.
    init() { plan = Plan() }

    mutating func use(_ plan: Plan) { self.plan = plan }

    /// What a datum holds.
    enum Datum {
        case record(Record)
        /// A record that this reader does not know, by its name.
        case unknown(String)
        /// A record with a value that has no meaning, and which.
        case unusable(String)
    }

    /// Reads the datum at `position` of `bytes[..<end]`. The position then is behind it, unless an
    /// error is thrown.
    mutating func decode(
        _ bytes: [UInt8], upTo end: Int, at position: inout Int
    ) throws(Corruption) -> Datum {
        var cursor = ByteCursor(bytes.span.extracting(..<end), at: position)
        let datum = try decode(&cursor)
        position = cursor.position
        return datum
    }

    private mutating func decode(_ cursor: inout ByteCursor) throws(Corruption) -> Datum {
        presence = 0
        lists.reset()
        if plan.before != 0 { try run(plan.before, &cursor, depth: 0) }
        var branch = 0
        if plan.isUnion { branch = Int(truncatingIfNeeded: try cursor.long()) }
        guard plan.records.indices.contains(branch) else { throw .badBranch }
        try run(plan.records[branch].program, &cursor, depth: 0)
        if plan.after != 0 { try run(plan.after, &cursor, depth: 0) }
        var record = plan.records[branch]
        if !plan.more.isEmpty {
            let branch = Int(truncatingIfNeeded: try cursor.long())
            guard plan.more.indices.contains(branch) else { throw .badBranch }
            if let more = plan.more[branch] {
                // What `rec` holds then is there only for readers that know no more.
                record = more
                presence = 0
                lists.reset()
                try run(record.program, &cursor, depth: 0)
            }
            if plan.end != 0 { try run(plan.end, &cursor, depth: 0) }
        }
        guard let kind = record.kind else { return .unknown(record.name) }
        return build(kind)
    }

    private mutating func run(
        _ start: Int32, _ cursor: inout ByteCursor, depth: Int
    ) throws(Corruption) {
        guard depth < TraceLimits.nesting else { throw .tooDeep }
        var next = Int(start)
        while true {
            let instruction = plan.program[next]
            next += 1
            switch instruction {
            case .end: return
            case .long(let slot): self[slot] = try cursor.long()
            case .int(let slot): self[slot] = try cursor.int()
            case .string(let slot): try string(slot, &cursor)
            case .fileID(let slot): files[Int(slot.rawValue)] = try cursor.fileID()
            case .addresses:
                addresses[0] = try cursor.address()
                addresses[1] = try cursor.address()
            case .digest: try readDigest(&cursor)
            case .union(let first, let count):
                let branch = try cursor.long()
                guard branch >= 0, branch < Int64(count) else { throw .badBranch }
                try run(plan.branches[Int(first) + Int(branch)], &cursor, depth: depth + 1)
            case .present(let bit): presence |= 1 << UInt16(bit.rawValue)
            case .boolean(let slot): self[slot] = try cursor.boolean() ? 1 : 0
            case .enumeration(let slot, let first, let count):
                let symbol = try cursor.long()
                guard symbol >= 0, symbol < Int64(count) else { throw .badSymbol }
                self[slot] = Int64(plan.symbols[Int(first) + Int(symbol)])
            case .setNumber(let slot, let value): self[slot] = Int64(value)
            case .clearString(let slot): strings[Int(slot.rawValue)] = ""
            case .clearFile(let slot):
                files[Int(slot.rawValue)] = FileID(bytes: [20 of UInt8](repeating: 0))
            case .skipNumber: _ = try cursor.long()
            case .skipBoolean: try cursor.skip(1)
            case .skipString: try cursor.skip(try cursor.length())
            case .skipFixed(let size): try cursor.skip(Int(size))
            case .array(let element, let action):
                try elements(element, action, keyed: false, &cursor, depth: depth)
            case .map(let element, let action):
                try elements(element, action, keyed: true, &cursor, depth: depth)
            case .call(let program): try run(program, &cursor, depth: depth + 1)
            }
        }
    }

    private mutating func readDigest(_ cursor: inout ByteCursor) throws(Corruption) {
        let length = try cursor.length()
        guard length <= TraceLimits.digestBytes else { throw .stringTooLong }
        let bytes = cursor.take(length)
        digest.removeAll(keepingCapacity: true)
        for i in bytes.indices { digest.append(bytes[i]) }
    }

    private mutating func string(
        _ slot: StringSlot, _ cursor: inout ByteCursor
    ) throws(Corruption) {
        let length = try cursor.length()
        guard length <= TraceLimits.stringBytes else { throw .stringTooLong }
        strings[Int(slot.rawValue)] = pool.string(cursor.take(length))
    }

    /// An array or map: blocks of elements, each with its count, the last one empty. A negative
    /// count is followed by the block's size in bytes.
    private mutating func elements(
        _ element: Int32, _ action: ElementAction, keyed: Bool, _ cursor: inout ByteCursor,
        depth: Int
    ) throws(Corruption) {
        while true {
            var count = try cursor.long()
            if count == 0 { return }
            if count < 0 {
                let size = try cursor.length()
                if action == .drop {
                    try cursor.skip(size)
                    continue
                }
                guard count != .min else { throw .badLength }
                count = -count
            }
            if action == .drop, element == 0, !keyed { continue }
            try elementBlock(count, element, action, keyed: keyed, &cursor, depth: depth)
        }
    }

    private mutating func elementBlock(
        _ count: Int64, _ element: Int32, _ action: ElementAction, keyed: Bool,
        _ cursor: inout ByteCursor, depth: Int
    ) throws(Corruption) {
        // Each element takes a byte at least.
        guard count <= Int64(cursor.remaining) else { throw .badLength }
        for _ in 0..<count {
            if keyed { try string(.key, &cursor) }
            try run(element, &cursor, depth: depth + 1)
            guard action == .drop || lists.count < TraceLimits.listElements else {
                throw .listTooLong
            }
            append(action)
        }
    }

    subscript(slot: NumberSlot) -> Int64 {
        get { numbers[Int(slot.rawValue)] }
        set { numbers[Int(slot.rawValue)] = newValue }
    }

    subscript(slot: StringSlot) -> String { strings[Int(slot.rawValue)] }

    func has(_ bit: PresenceBit) -> Bool { presence & 1 << UInt16(bit.rawValue) != 0 }
}
