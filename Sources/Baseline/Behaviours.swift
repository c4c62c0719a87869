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
    /// Contents of programs and libraries, by path.
    var contents: [PathBytes: LearnedContent] = [:]
    private(set) var entries: [Dimension: Int] = [:]
    /// A process whose beginning was seen has listened: the phases are known.
    var hasServed = false
    /// The recording that is being learned.
    private(set) var current: Source
    private var currentID: SourceID
    /// Those that were learned before or merged.
    private(set) var others: [SourceID: Source] = [:]

    var sampling: Sampling

    public init(
        limits: Limits = Limits(), source: Source = Source(), unit: SamplingUnit = .standard
    ) {
        self.limits = limits
        sampling = Sampling(unit)
        current = source
        currentID = source.id
    }

    public var isEmpty: Bool { subjects.isEmpty }

    /// All that this was learned from.
    public var sources: [SourceID: Source] {
        var all = others
        if current.records > 0 || !current.losses.isEmpty { all[currentID] = current }
        return all
    }

    /// Behaviours that are not in here, by dimension.
    public var losses: [Dimension: Int] {
        var losses: [Dimension: Int] = [:]
        for source in sources.values {
            for dimension in Dimension.allCases {
                guard let count = source.losses[dimension.name] else { continue }
                losses[dimension] = Self.sum(losses[dimension, default: 0], count)
            }
        }
        return losses
    }

    /// Records that showed a behaviour.
    public var records: Int { sources.values.reduce(0) { Self.sum($0, $1.records) } }

    /// Begins another recording of the container. What is known so far stays; what was lost before
    /// the recording showed anything is the recording's own.
    public mutating func begin(recording: Int64) {
        guard recording != current.recording else { return }
        var next = Source(replica: current.replica, name: current.name, recording: recording)
        if current.records == 0 {
            next.losses = current.losses
            next.exercised = current.exercised
        } else {
            others[currentID] = current
        }
        let id = next.id
        if let known = others.removeValue(forKey: id) { next.join(known) }
        current = next
        currentID = id
    }

    /// How people call the container.
    public mutating func name(_ name: String) {
        current.name = name
        for (id, source) in others where source.replica == current.replica && source.name == nil {
            others[id]?.name = name
        }
    }

    /// Adds losses that somebody else counted, for example the sensor.
    public mutating func note(losses count: Int, in dimension: Dimension) {
        guard count > 0 else { return }
        current.losses[dimension.name] = Self.sum(
            current.losses[dimension.name, default: 0], count)
    }

    /// The entry point begins, before what it does is added.
    mutating func noteStart(at time: Int64) {
        sampling.start(at: time)
        note(Source.start)
    }

    /// The first process opened a file to read it.
    mutating func noteFirstReads(_ path: PathBytes, at time: Int64) {
        if sampling.isReload(path, at: time) { note(.reload) }
    }

    mutating func note(_ exercise: Exercise) { note(exercise.rawValue) }

    private mutating func note(_ what: String) {
        current.exercised[what] = Self.sum(current.exercised[what, default: 0], 1)
    }

    static func sum(_ a: Int, _ b: Int) -> Int {
        let sum = a.addingReportingOverflow(b)
        return sum.overflow ? Int.max : sum.partialValue
    }

    /// Learns one behaviour.
    /// - Parameters:
    ///   - process: who did it, for `SamplingUnit`s that ask.
    ///   - isDraw: false for the mere end of what was shown before.
    ///   - whileServing: false: it is known that the process was starting up.
    public mutating func add(
        _ behaviour: Behaviour, by subject: PathBytes, from first: Int64, to last: Int64,
        process: ProcessID = ProcessID(createTime: 0, hostPID: 0), isDraw: Bool = true,
        whileServing: Bool = true
    ) {
        var sighting = Sighting(
            source: currentID, first: min(first, last), last: max(first, last),
            whileServing: whileServing)
        if isDraw {
            sighting.draws = sampling.note(
                Sampling.Step(
                    time: sighting.first, process: process, source: currentID,
                    whileServing: whileServing))
        }
        widenSpan(sighting)
        current.records = Self.sum(current.records, 1)
        guard subjects[subject] != nil || subject.canBeNamed else {
            return note(losses: 1, in: behaviour.dimension)
        }
        switch behaviour {
        case .exec(let path):
            guard path.canBeNamed else { return note(losses: 1, in: .exec) }
            sampling.note(execOf: path, by: subject, at: sighting.first, limit: limits.others)
            add(sighting, at: path, \.exec, subject, .exec)
        case .file(let path, let access):
            addFile(path, access, sighting, subject)
        case .egress(let endpoint):
            add(sighting, at: endpoint, \.egress, subject, .egress)
        case .listen(let endpoint, let bound):
            add(
                sighting, at: ListenKey(endpoint: endpoint, bound: bound), \.listen, subject,
                .listen)
        case .capability(let capability):
            add(sighting, at: capability, \.capabilities, subject, .capability)
        case .act(let act):
            add(sighting, at: act, \.acts, subject, .act)
        }
    }

    private mutating func widenSpan(_ sighting: Sighting) {
        let from = min(current.span?.lowerBound ?? sighting.first, sighting.first)
        current.span = from...max(current.span?.upperBound ?? sighting.last, sighting.last)
    }

    private mutating func add<Key: Hashable>(
        _ sighting: Sighting, at key: Key, _ table: WritableKeyPath<Subject, [Key: Evidence]>,
        _ subject: PathBytes, _ dimension: Dimension
    ) {
        if subjects[subject]?[keyPath: table].change(at: key, { $0.count(sighting) }) == true {
            return
        }
        if admitsOneMore(dimension) {
            subjects[subject, default: Subject()][keyPath: table][key] = sighting.evidence
        }
    }

    private mutating func addFile(
        _ path: PathBytes, _ access: FileAccess, _ sighting: Sighting, _ subject: PathBytes
    ) {
        let isKnown = subjects[subject]?.changeFile(path, access) { $0.count(sighting) }
        if isKnown != true { insertFile(path, access, sighting.evidence, subject) }
    }

    /// A file that the subject did not touch before.
    mutating func insertFile(
        _ path: PathBytes, _ access: FileAccess, _ evidence: Evidence, _ subject: PathBytes
    ) {
        guard path.canBeNamed else { return note(losses: 1, in: .file) }
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

    /// Takes up what others learned from.
    mutating func join(sources: [SourceID: Source]) {
        for (id, source) in sources {
            if id == currentID, current.records > 0 || !current.losses.isEmpty {
                current.join(source)
            } else if others[id]?.join(source) == nil {
                others[id] = source
            }
        }
        // The one being learned stands in one place only.
        if let known = others.removeValue(forKey: currentID) {
            let isFresh = current.records == 0 && current.losses.isEmpty
            if isFresh { current = known } else { current.join(known) }
        }
    }
}

extension Dictionary where Value == Evidence {
    /// Changes an entry that is there already; false if there is none.
    mutating func change(at key: Key, _ body: (inout Evidence) -> Void) -> Bool {
        guard let i = index(forKey: key) else { return false }
        body(&values[i])
        return true
    }
}
