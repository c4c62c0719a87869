import SysFlow

/// Everything that was learned of a container, in a form that can be written down: who reads it
/// back goes on learning where the writer stopped.
public struct LearningState: Codable, Sendable {
    /// Raised when the form changes; another version's state is not read.
    public static let version = 2

    public var version: Int
    var draw: String
    var entries: [Entry]
    var sources: [String: SourceState]
    var draws: [UInt64]
    var starts: [Int64]
    var jobs: [JobState]
    var contents: [ContentState]

    /// One behaviour. Numbers of an endpoint: protocol, high, low, port, and 1 where it was bound.
    struct Entry: Codable, Sendable {
        var subject: String
        var dimension: String
        var object: String = ""
        var numbers: [UInt64] = []
        var access: UInt32?
        /// Of a pattern.
        var reason: String?
        var counts: [String: Int]
        var isCut: Bool
        var first: Int64
        var last: Int64
        var example: String?
        var serving: [UInt64]
        var startup: [UInt64]
        /// Absent in states of earlier versions: not known.
        var isKnownFromStart: Bool?
    }

    struct SourceState: Codable, Sendable {
        var replica: String
        var name: String?
        var recording: Int64
        var from: Int64?
        var to: Int64?
        var records: Int
        var losses: [String: Int]
        var exercised: [String: Int]
    }

    /// Contents that one path was seen with; none: such as are not known.
    struct ContentState: Codable, Sendable {
        var path: String
        var digests: [String]
    }

    struct JobState: Codable, Sendable {
        var subject: String
        var path: String
        var times: [Int64]
    }
}

extension LearningState {
    public init(_ behaviours: Behaviours) {
        version = Self.version
        draw = behaviours.sampling.unit.text
        draws = behaviours.sampling.draws.sorted()
        starts = behaviours.sampling.starts
        jobs = behaviours.sampling.rhythms.sorted { $0.key < $1.key }.map {
            JobState(
                subject: $0.key.subject.pattern, path: $0.key.path.pattern, times: $0.value.times)
        }
        sources = [:]
        for (id, source) in behaviours.sources {
            sources[id.text] = SourceState(
                replica: source.replica, name: source.name, recording: source.recording,
                from: source.span?.lowerBound, to: source.span?.upperBound,
                records: source.records, losses: source.losses, exercised: source.exercised)
        }
        contents = behaviours.contents.sorted { $0.key < $1.key }.map {
            ContentState(path: $0.key.pattern, digests: $0.value.binding.map(\.hex))
        }
        entries = behaviours.subjects.sorted { $0.key < $1.key }.flatMap { path, subject in
            Self.entries(of: subject, path.pattern)
        }
    }

    private static func entries(of subject: Behaviours.Subject, _ path: String) -> [Entry] {
        func entry(_ dimension: Dimension, _ object: String, _ evidence: Evidence) -> Entry {
            Entry(
                subject: path, dimension: dimension.name, object: object,
                counts: Dictionary(
                    evidence.counts.map { ($0.source.text, $0.count) }, uniquingKeysWith: max),
                isCut: evidence.isCut, first: evidence.firstSeen, last: evidence.lastSeen,
                example: evidence.example, serving: evidence.draws.serving.numbers,
                startup: evidence.draws.startup.numbers,
                isKnownFromStart: evidence.draws.isKnownFromStart)
        }
        var entries = subject.exec.map { entry(.exec, $0.key.pattern, $0.value) }
        entries += subject.files.map { path, file in
            var entry = entry(.file, path.pattern, file.evidence)
            entry.access = file.access.rawValue
            return entry
        }
        entries += subject.folded.map { pattern in
            var entry = entry(.file, pattern.pattern.text, pattern.evidence)
            entry.access = pattern.access.rawValue
            entry.reason = pattern.reason
            return entry
        }
        entries += subject.egress.map { endpoint, evidence in
            var entry = entry(.egress, "", evidence)
            entry.numbers = endpoint.numbers
            return entry
        }
        entries += subject.listen.map { key, evidence in
            var entry = entry(.listen, "", evidence)
            entry.numbers = key.endpoint.numbers + [key.bound ? 1 : 0]
            return entry
        }
        entries += subject.capabilities.map { entry(.capability, $0.key.name, $0.value) }
        entries += subject.acts.map { entry(.act, $0.key.name, $0.value) }
        return entries.sorted { ($0.dimension, $0.object) < ($1.dimension, $1.object) }
    }

    /// nil where it is another version's, counts by another draw, or is damaged.
    public func behaviours(
        limits: Behaviours.Limits = Behaviours.Limits(), unit: SamplingUnit = .standard
    ) -> Behaviours? {
        guard version == Self.version, draw == unit.text else { return nil }
        var known: [SourceID: Source] = [:]
        for (name, state) in sources {
            guard let id = SourceID(text: name) else { return nil }
            var source = Source(
                replica: state.replica, name: state.name, recording: state.recording,
                records: state.records, losses: state.losses, exercised: state.exercised)
            if let from = state.from, let to = state.to, from <= to { source.span = from...to }
            known[id] = source
        }
        var behaviours = Behaviours(limits: limits, unit: unit)
        behaviours.join(sources: known)
        for number in draws.prefix(Sampling.drawLimit) { behaviours.sampling.draws.insert(number) }
        for time in starts { behaviours.sampling.start(at: time) }
        for job in jobs.prefix(limits.others) {
            guard let subject = PathBytes(exactly: job.subject),
                let path = PathBytes(exactly: job.path)
            else { return nil }
            for time in job.times {
                behaviours.sampling.note(
                    execOf: path, by: subject, at: time, limit: limits.others)
            }
        }
        for content in contents {
            guard let path = PathBytes(exactly: content.path) else { return nil }
            if content.digests.isEmpty { behaviours.note(content: nil, of: path) }
            for text in content.digests {
                guard let digest = ContentDigest(hex: text) else { return nil }
                behaviours.note(content: digest, of: path)
            }
        }
        for entry in entries {
            guard behaviours.restore(entry) else { return nil }
        }
        return behaviours
    }
}

extension Behaviours {
    /// False where the entry cannot be read.
    fileprivate mutating func restore(_ entry: LearningState.Entry) -> Bool {
        guard let subject = PathBytes(exactly: entry.subject), let evidence = Evidence(entry),
            let dimension = Dimension.allCases.first(where: { $0.name == entry.dimension })
        else { return false }
        switch dimension {
        case .exec:
            guard let path = PathBytes(exactly: entry.object) else { return false }
            restore(evidence, at: path, \.exec, subject, dimension)
        case .file:
            guard let access = entry.access else { return false }
            return restore(
                entry.object, FileAccess(rawValue: access), evidence, entry.reason, subject)
        case .egress:
            guard let endpoint = Endpoint(numbers: entry.numbers) else { return false }
            restore(evidence, at: endpoint, \.egress, subject, dimension)
        case .listen:
            guard let endpoint = Endpoint(numbers: entry.numbers.dropLast()) else { return false }
            let key = ListenKey(endpoint: endpoint, bound: entry.numbers.last == 1)
            restore(evidence, at: key, \.listen, subject, dimension)
        case .capability:
            guard let capability = Capability(name: entry.object) else { return false }
            restore(evidence, at: capability, \.capabilities, subject, dimension)
        case .act:
            guard let act = Act(name: entry.object) else { return false }
            restore(evidence, at: act, \.acts, subject, dimension)
        }
        return true
    }

    private mutating func restore<Key: Hashable>(
        _ evidence: Evidence, at key: Key, _ table: WritableKeyPath<Subject, [Key: Evidence]>,
        _ subject: PathBytes, _ dimension: Dimension
    ) {
        guard admitsOneMore(dimension) else { return }
        subjects[subject, default: Subject()][keyPath: table][key] = evidence
    }

    private mutating func restore(
        _ text: String, _ access: FileAccess, _ evidence: Evidence, _ reason: String?,
        _ subject: PathBytes
    ) -> Bool {
        guard let reason else {
            guard let path = PathBytes(exactly: text) else { return false }
            insertFile(path, access, evidence, subject)
            return true
        }
        guard let pattern = try? PathPattern(parsing: text) else { return false }
        if admitsOneMore(.file) {
            subjects[subject, default: Subject()].folded.append(
                GeneralisedPath(
                    pattern: pattern, access: access, evidence: evidence, reason: reason))
        }
        return true
    }
}

extension Evidence {
    fileprivate init?(_ entry: LearningState.Entry) {
        var counts: [SourceID: Int] = [:]
        for (name, count) in entry.counts {
            guard let id = SourceID(text: name), count >= 0 else { return nil }
            counts[id] = count
        }
        guard !counts.isEmpty else { return nil }
        self.init(
            counts: counts, isCut: entry.isCut, firstSeen: entry.first, lastSeen: entry.last,
            example: entry.example)
        for number in entry.serving.prefix(3) { draws.serving.insert(number) }
        for number in entry.startup.prefix(3) { draws.startup.insert(number) }
        draws.isKnownFromStart = entry.isKnownFromStart ?? false
    }
}

extension Endpoint {
    fileprivate var numbers: [UInt64] {
        [UInt64(proto.rawValue), address.high, address.low, UInt64(port)]
    }

    fileprivate init?(numbers: some Collection<UInt64>) {
        let numbers = Array(numbers)
        guard numbers.count == 4, let code = UInt8(exactly: numbers[0]),
            let proto = TransportProtocol(rawValue: code), let port = UInt16(exactly: numbers[3])
        else { return nil }
        self.init(
            proto: proto, address: IPAddress(high: numbers[1], low: numbers[2]), port: port)
    }
}

extension PathBytes {
    /// Reads what `pattern` writes.
    fileprivate init?(exactly text: String) {
        if text == ExecutableRules.runtime {
            self = .runtime
            return
        }
        guard let pattern = try? PathPattern(parsing: text) else { return nil }
        var bytes: [UInt8] = []
        for element in pattern.elements {
            guard case .byte(let byte) = element else { return nil }
            bytes.append(byte)
        }
        self.init(bytes)
    }
}
