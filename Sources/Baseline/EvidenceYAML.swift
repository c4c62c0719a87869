import Yams

/// Evidence and what it comes from, as YAML.
///
/// A rule's counts stand by source, `in: {s1a2b3c4d: 3}`, except where the profile has one source
/// only: then they are that one's.
extension ProfileReader {
    mutating func evidence(_ node: Node) -> Evidence? {
        let known = ["count", "first", "last", "in", "more", "example"]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "write seen: {count: ..., first: ..., last: ...}"
        let count = required(fields, "count", of: node, remedy) { $0.count($1) }
        let first = required(fields, "first", of: node, remedy) { $0.time($1) }
        let last = required(fields, "last", of: node, remedy) { $0.time($1) }
        let counts = optional(fields, "in") { $0.counts($1, total: count) }
        // How many there are is an estimate from those that are named.
        let more = optional(fields, "more") { $0.count($1) }
        let example = optional(fields, "example") { $0.text($1) }
        guard let count, let first, let last else { return nil }
        return Evidence(
            counts: counts ?? [soleSource: count], isCut: more ?? 0 > 0, firstSeen: first,
            lastSeen: last, example: example)
    }

    private mutating func counts(_ node: Node, total: Int?) -> [SourceID: Int]? {
        guard let counts = bySource(node, { $0.count($1) }) else { return nil }
        let sum = counts.values.reduce(0, Behaviours.sum)
        if let total, sum != total {
            report(node, "adds up to \(sum), but count is \(total)", "write count: \(sum)")
        }
        if counts.count > Evidence.sourceLimit {
            report(
                node, "\(counts.count) sources are more than \(Evidence.sourceLimit)",
                "keep those with the smallest names, and write more: 1")
        }
        return counts
    }

    mutating func sources(_ node: Node) -> [SourceID: Source]? {
        guard let sources = bySource(node, { $0.source($1) }) else { return nil }
        if sources.count > Provenance.sourceLimit {
            report(
                node, "\(sources.count) sources are more than \(Provenance.sourceLimit)",
                "keep those with the smallest names, and write more: true")
        }
        return sources
    }

    private mutating func bySource<Value>(
        _ node: Node, _ read: (inout ProfileReader, Node) -> Value?
    ) -> [SourceID: Value]? {
        guard let named = map(node, read) else { return nil }
        var found: [SourceID: Value] = [:]
        for (name, value) in named.sorted(by: { bytesPrecede($0.key, $1.key) }) {
            if let id = SourceID(text: name) {
                found[id] = value
            } else {
                report(
                    node, "`\(name)` is no name of a source",
                    "write s and eight hexadecimal digits, as under status.learned.sources")
            }
        }
        return found
    }

    private mutating func source(_ node: Node) -> Source? {
        let known = [
            "replica", "name", "recording", "from", "to", "records", "losses", "exercised",
        ]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "write replica:, recording: and records:"
        let replica = required(fields, "replica", of: node, remedy) { $0.text($1) }
        let recording = required(fields, "recording", of: node, remedy) { $0.time($1) }
        let records = required(fields, "records", of: node, remedy) { $0.count($1) }
        let name = optional(fields, "name") { $0.text($1) }
        let from = optional(fields, "from") { $0.time($1) }
        let to = optional(fields, "to") { $0.time($1) }
        let losses = optional(fields, "losses") { reader, node in
            reader.map(node) { $0.count($1) }
        }
        let exercised = optional(fields, "exercised") { reader, node in
            reader.map(node) { $0.count($1) }
        }
        guard let replica, let recording, let records else { return nil }
        var span: ClosedRange<Int64>?
        if let from, let to { span = min(from, to)...max(from, to) }
        return Source(
            replica: replica, name: name, recording: recording, span: span, records: records,
            losses: losses ?? [:], exercised: exercised ?? [:])
    }

    /// Whose evidence it is where a rule does not say.
    mutating func noteSources(_ status: Node?) {
        guard case .mapping(let status) = status, case .mapping(let learned) = status["learned"],
            case .mapping(let sources) = learned["sources"], sources.count == 1,
            case .scalar(let name) = sources.first?.key, let id = SourceID(text: name.string)
        else { return }
        soleSource = id
    }
}

extension ProfileWriter {
    static func seen(_ evidence: Evidence, soleSource: SourceID) -> String {
        var pairs = [
            ("count", "\(evidence.count)"), ("first", Timestamp.text(evidence.firstSeen)),
            ("last", Timestamp.text(evidence.lastSeen)),
        ]
        if evidence.counts.map(\.source) != [soleSource] {
            let counts = evidence.counts.map { ($0.source.text, "\($0.count)") }
            pairs.append(("in", YAMLText.inlineMap(counts)))
        }
        if evidence.isCut { pairs.append(("more", "\(max(1, evidence.furtherSources))")) }
        if let example = evidence.example {
            pairs.append(("example", YAMLText.scalar(example)))
        }
        return YAMLText.inlineMap(pairs)
    }

    /// One source on a line, in the order of their ids.
    static func lines(_ sources: [SourceID: Source]) -> [String] {
        sources.sorted { $0.key < $1.key }.map { id, source in
            var pairs = [("replica", YAMLText.scalar(source.replica))]
            if let name = source.name { pairs.append(("name", YAMLText.scalar(name))) }
            pairs.append(("recording", Timestamp.text(source.recording)))
            if let span = source.span {
                pairs.append(("from", Timestamp.text(span.lowerBound)))
                pairs.append(("to", Timestamp.text(span.upperBound)))
            }
            pairs.append(("records", "\(source.records)"))
            if !source.losses.isEmpty { pairs.append(("losses", counts(source.losses))) }
            if !source.exercised.isEmpty { pairs.append(("exercised", counts(source.exercised))) }
            return "\(id.text): " + YAMLText.inlineMap(pairs)
        }
    }

    static func counts(_ counts: [String: Int]) -> String {
        YAMLText.inlineMap(
            counts.sorted { bytesPrecede($0.key, $1.key) }.map { ($0.key, "\($0.value)") })
    }
}
