internal import SysFlow

/// What a stream keeps for its reader, and which packet is next. Values only: `StreamWriter` sends.
///
/// Records wait as records and not as packets, because what has to go before a record depends on
/// which reader gets it. At a limit the oldest record goes: a reader that comes back gets what
/// happened last.
struct StreamBuffer: Sendable {
    private struct Packet {
        var bytes: [UInt8]
        var kind: Kind
        enum Kind {
            case header
            /// The next of the plan's repeated entities.
            case entity
            /// The queue's first record.
            case record
        }
    }

    private var counts = StreamStatistics()
    private let limits: StreamLimits
    private let header: Record
    private var queue = RecordQueue()
    private var repeater: EntityRepeater
    private var encoder = DatagramEncoder()
    private var hasHeader = false
    /// Of the queue's first record, and how many of its entities were sent.
    private var plan: (entities: [Record], record: Record)?
    private var planPosition = 0
    private var packet: Packet?

    /// - Parameter header: what each reader gets first.
    init(header: Header, limits: StreamLimits = StreamLimits()) {
        self.header = .header(header)
        self.limits = limits
        repeater = EntityRepeater(limits.entities)
    }

    var statistics: StreamStatistics {
        var statistics = counts
        statistics.parentsLeftOut = repeater.parentsLeftOut
        return statistics
    }

    /// Records that wait.
    var waiting: Int { queue.count }

    /// Takes a record; at a limit the oldest ones go.
    mutating func append(_ record: Record) {
        counts.given += 1
        queue.append(record)
        while queue.count > limits.records || queue.bytes > limits.bytes { overflow() }
    }

    /// Nothing is sent any more: what waits is lost.
    mutating func abandon() {
        while queue.count > 0 { overflow() }
    }

    private mutating func overflow() {
        if let first = queue.first, first.isEntity { counts.overflowedEntities += 1 }
        drop(\.overflowed)
    }

    /// A reader that has nothing yet.
    mutating func beginReader() {
        counts.readers += 1
        hasHeader = false
        packet = nil
        plan = nil
        repeater.beginOutput()
    }

    /// The bytes to send now; nil: there is nothing. The same until `sent`, `refused`, `append` or
    /// `beginReader`.
    mutating func next() -> [UInt8]? {
        while packet == nil, makePacket() {}
        return packet?.bytes
    }

    /// The reader was sent what `next` gave.
    mutating func sent() {
        guard let kind = packet?.kind else { return }
        packet = nil
        switch kind {
        case .header: hasHeader = true
        case .entity:
            if let plan { repeater.repeated(plan.entities[planPosition]) }
            planPosition += 1
            counts.repeated += 1
        case .record:
            plan = nil
            if let record = queue.removeFirst() { repeater.gave(record) }
            counts.sent += 1
        }
    }

    /// What `next` gave can never be sent.
    mutating func refused() {
        switch packet?.kind {
        case nil: break
        // Without it a reader understands what follows all the same.
        case .header: hasHeader = true
        case .entity: drop(\.withoutEntity)
        case .record: drop(\.oversized)
        }
        packet = nil
    }

    /// - Returns: whether it is worth to go on: false where nothing waits.
    private mutating func makePacket() -> Bool {
        guard hasHeader else {
            if case .datum(let bytes) = encoder.encode(header) {
                packet = Packet(bytes: bytes, kind: .header)
            } else {
                hasHeader = true
            }
            return true
        }
        guard let first = queue.first else { return false }
        guard let plan else {
            if let made = repeater.plan(for: first) {
                self.plan = (made.repeated, made.record)
                planPosition = 0
            } else {
                drop(\.withoutEntity)
            }
            return true
        }
        let isEntity = planPosition < plan.entities.count
        let record = isEntity ? plan.entities[planPosition] : plan.record
        switch encoder.encode(record) {
        case .datum(let bytes): packet = Packet(bytes: bytes, kind: isEntity ? .entity : .record)
        case .tooLarge: drop(isEntity ? \.withoutEntity : \.oversized)
        case .noRoom: drop(\.leftOut)
        }
        return true
    }

    /// The queue's first record goes unsent.
    private mutating func drop(_ counter: WritableKeyPath<StreamStatistics, Int>) {
        guard let record = queue.removeFirst() else { return }
        plan = nil
        if packet?.kind != .header { packet = nil }
        repeater.passed(record)
        counts[keyPath: counter] += 1
    }
}

extension Record {
    fileprivate var isEntity: Bool {
        switch self {
        case .container, .process, .file, .pod: true
        default: false
        }
    }
}
