public import SysFlow

/// What is judged; the raw values equal LL_DIMENSION_* of the sensor's ABI.
public enum Dimension: UInt8, Hashable, Sendable, CaseIterable {
    case exec = 1
    case file, egress, listen, capability, act

    /// As profiles write it: `exec`, `file`, `egress`, `listen`, `capability`, `act`.
    public var name: String {
        switch self {
        case .exec: "exec"
        case .file: "file"
        case .egress: "egress"
        case .listen: "listen"
        case .capability: "capability"
        case .act: "act"
        }
    }

    /// The dimensions whose behaviours a recorder's records of a kind show, by the kind's name in
    /// a `Loss`.
    public static func shown(byRecordsOf kind: String) -> [Dimension] {
        switch kind {
        case "fork", "exec", "exit", "process": [.exec]
        case "file open", "file operation", "file end": [.file]
        case "socket open", "socket end", "socket event": [.egress, .listen]
        case "act": [.capability, .act]
        default: []
        }
    }
}

/// The bytes of a path. Unlike `String` it tells é written in one scalar from é written in two.
public struct PathBytes: Hashable, Sendable, Comparable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Eight bytes at a time: paths are hashed for every record.
    public func hash(into hasher: inout Hasher) {
        var word: UInt64 = 0
        for (i, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if i & 7 == 7 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(bytes.count)
    }

    public static let runtime = PathBytes(ExecutableRules.runtime)

    public static func < (a: PathBytes, b: PathBytes) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }

    /// The pattern, written, that matches this path and no other.
    public var pattern: String {
        self == .runtime ? ExecutableRules.runtime : PathPattern(literal: bytes).text
    }

    /// Whether a rule can name the path. A record's text that had to be repaired (U+FFFD) names
    /// another path than the kernel will report; and see `PathPattern.unmatchable`.
    var canBeNamed: Bool {
        if self == .runtime { return true }
        for i in bytes.indices.dropLast(2)
        where bytes[i] == 0xef && bytes[i + 1] == 0xbf && bytes[i + 2] == 0xbd { return false }
        guard let first = bytes.first else { return false }
        return first == UInt8(ascii: "/") || first == UInt8(ascii: "@") || first == 0
            || bytes.contains(UInt8(ascii: ":"))
    }
}

/// One thing that a container did.
public enum Behaviour: Hashable, Sendable {
    case exec(PathBytes)
    case file(PathBytes, FileAccess)
    case egress(Endpoint)
    /// The local endpoint; `bound` where a bind or listen gave it, else an accepted connection's.
    case listen(Endpoint, bound: Bool)
    /// The kernel asked for it and the process has it.
    case capability(Capability)
    case act(Act)

    public var dimension: Dimension {
        switch self {
        case .exec: .exec
        case .file: .file
        case .egress: .egress
        case .listen: .listen
        case .capability: .capability
        case .act: .act
        }
    }
}

extension Evidence {
    mutating func merge(_ other: Evidence) {
        let sum = count.addingReportingOverflow(other.count)
        count = sum.overflow ? Int.max : sum.partialValue
        firstSeen = min(firstSeen, other.firstSeen)
        lastSeen = max(lastSeen, other.lastSeen)
    }
}

/// What one container was seen to do, exactly, by executable, with the evidence of each entry.
public struct Behaviours: Sendable {
    struct FileEntry: Hashable, Sendable {
        var access: FileAccess
        var evidence: Evidence
    }

    struct ListenKey: Hashable, Sendable {
        var endpoint: Endpoint
        var bound: Bool
    }

    struct Subject: Sendable {
        var exec: [PathBytes: Evidence] = [:]
        var files: [PathBytes: FileEntry] = [:]
        var egress: [Endpoint: Evidence] = [:]
        var listen: [ListenKey: Evidence] = [:]
        var capabilities: [Capability: Evidence] = [:]
        var acts: [Act: Evidence] = [:]
        /// Files that were generalised while learning, when there were many.
        var folded: [GeneralisedPath] = []
        /// The number of files at which they are generalised next.
        var foldAt = Behaviours.firstFold
    }

    /// Files of one executable at which they are first generalised while learning, so that
    /// temporary names without end take no memory without end.
    static let firstFold = 4096

    /// Entries kept in a dimension; a behaviour beyond it is counted as a loss of the dimension.
    public struct Limits: Hashable, Sendable {
        public var files: Int
        /// Each of exec, egress, listen, capability and act.
        public var others: Int
        /// All dimensions together stay below `ProfileLimits.rules`.
        public init(files: Int = 44_000, others: Int = 5000) {
            self.files = files
            self.others = others
        }
    }

    public let limits: Limits

    var subjects: [PathBytes: Subject] = [:]
    private(set) var entries: [Dimension: Int] = [:]
    /// Behaviours that are not in here, by dimension.
    public private(set) var losses: [Dimension: Int] = [:]
    /// Times of the first and last record, nanoseconds since the epoch; nil before any.
    public internal(set) var span: ClosedRange<Int64>?
    /// Records that showed a behaviour.
    public internal(set) var records = 0

    public init(limits: Limits = Limits()) { self.limits = limits }

    public var isEmpty: Bool { subjects.isEmpty }

    /// Adds losses that somebody else counted, for example the sensor.
    public mutating func note(losses count: Int, in dimension: Dimension) {
        guard count > 0 else { return }
        let sum = losses[dimension, default: 0].addingReportingOverflow(count)
        losses[dimension] = sum.overflow ? Int.max : sum.partialValue
    }

    /// Learns one behaviour.
    public mutating func add(
        _ behaviour: Behaviour, by subject: PathBytes, from first: Int64, to last: Int64
    ) {
        let evidence = Evidence(count: 1, firstSeen: min(first, last), lastSeen: max(first, last))
        widenSpan(evidence)
        records += 1
        guard subjects[subject] != nil || subject.canBeNamed else {
            return note(losses: 1, in: behaviour.dimension)
        }
        switch behaviour {
        case .exec(let path):
            guard path.canBeNamed else { return note(losses: 1, in: .exec) }
            merge(evidence, at: path, \.exec, subject, .exec)
        case .file(let path, let access):
            addFile(path, access, evidence, subject)
        case .egress(let endpoint):
            merge(evidence, at: endpoint, \.egress, subject, .egress)
        case .listen(let endpoint, let bound):
            merge(
                evidence, at: ListenKey(endpoint: endpoint, bound: bound), \.listen, subject,
                .listen)
        case .capability(let capability):
            merge(evidence, at: capability, \.capabilities, subject, .capability)
        case .act(let act):
            merge(evidence, at: act, \.acts, subject, .act)
        }
    }

    private mutating func widenSpan(_ evidence: Evidence) {
        let from = min(span?.lowerBound ?? evidence.firstSeen, evidence.firstSeen)
        span = from...max(span?.upperBound ?? evidence.lastSeen, evidence.lastSeen)
    }

    mutating func merge<Key: Hashable>(
        _ evidence: Evidence, at key: Key, _ table: WritableKeyPath<Subject, [Key: Evidence]>,
        _ subject: PathBytes, _ dimension: Dimension
    ) {
        if subjects[subject]?[keyPath: table].merge(evidence, at: key) == true {
            return
        }
        if admitsOneMore(dimension) {
            subjects[subject, default: Subject()][keyPath: table][key] = evidence
        }
    }

    mutating func addFile(
        _ path: PathBytes, _ access: FileAccess, _ evidence: Evidence, _ subject: PathBytes
    ) {
        if subjects[subject]?.addKnown(path, access, evidence) == true { return }
        guard path.canBeNamed else { return note(losses: 1, in: .file) }
        if subjects[subject]?.addFolded(path, access, evidence) == true { return }
        guard admitsOneMore(.file) else { return }
        subjects[subject, default: Subject()].files[path] = FileEntry(
            access: access, evidence: evidence)
        entries[.file, default: 0] += subjects[subject]?.foldIfLarge() ?? 0
    }

    mutating func admitsOneMore(_ dimension: Dimension) -> Bool {
        let limit = dimension == .file ? limits.files : limits.others
        guard entries[dimension, default: 0] < limit else {
            note(losses: 1, in: dimension)
            return false
        }
        entries[dimension, default: 0] += 1
        return true
    }
}

extension Dictionary where Value == Evidence {
    /// Adds to an entry that is there already; false if there is none.
    fileprivate mutating func merge(_ evidence: Evidence, at key: Key) -> Bool {
        guard let i = index(forKey: key) else { return false }
        values[i].merge(evidence)
        return true
    }
}
