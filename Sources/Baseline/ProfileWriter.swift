import SysFlow

extension Profile {
    /// The YAML form: sorted, one rule on a line, its evidence on the next, so that a review sees
    /// a changed rule and can pass over changed counts. `Profile(yaml:file:)` reads it back to
    /// `sorted()`.
    public var yaml: String {
        var writer = ProfileWriter()
        writer.write(sorted())
        return writer.text
    }
}

struct ProfileWriter {
    private(set) var text = ""
    /// Whose the evidence is that names no source.
    private var soleSource = SourceID.unknown

    private mutating func line(_ indent: Int, _ content: String) {
        for _ in 0..<indent { text += " " }
        text += content
        text += "\n"
    }

    mutating func write(_ profile: Profile) {
        if let sources = profile.learned?.sources, sources.count == 1 {
            soleSource = sources.keys.first ?? .unknown
        }
        line(0, "apiVersion: \(Profile.apiVersion)")
        line(0, "kind: \(Profile.kind)")
        line(0, "metadata:")
        line(2, "name: \(YAMLText.scalar(profile.name))")
        if !profile.labels.isEmpty { line(2, "labels: \(Self.map(profile.labels))") }
        line(0, "spec:")
        line(2, "selector: \(Self.selector(profile.selector))")
        if let mode = profile.mode { line(2, "mode: \(mode.rawValue)") }
        let actions = profile.actions.all.map { "\($0.dimension.name): \($0.action.rawValue)" }
        line(2, "actions: {\(actions.joined(separator: ", "))}")
        line(2, "response: \(Self.response(profile.response))")
        if profile.identity != .content { line(2, "identity: \(profile.identity.rawValue)") }
        line(2, profile.executables.isEmpty ? "executables: []" : "executables:")
        for rules in profile.executables { write(rules) }
        if profile.learned == nil, profile.completeness == nil, profile.refused.isEmpty,
            profile.promoted == nil
        {
            return
        }
        line(0, "status:")
        if let learned = profile.learned { write(learned) }
        if let completeness = profile.completeness {
            for (depth, text) in Self.lines(completeness) { line(2 * depth, text) }
        }
        write(profile.refused)
        if let promotion = profile.promoted {
            line(2, "promoted:")
            for text in Self.lines(promotion) { line(4, text) }
        }
    }

    private mutating func write(_ rules: ExecutableRules) {
        line(4, "- executable: \(YAMLText.scalar(rules.executable))")
        list("exec", rules.exec) {
            Parts(
                [("path", YAMLText.scalar($0.path))], $0.phase, digests: $0.digests, $0.evidence,
                $0.reason)
        }
        list("files", rules.files) {
            let access = "[" + $0.access.words.joined(separator: ", ") + "]"
            return Parts(
                [("path", YAMLText.scalar($0.path)), ("access", access)], $0.phase,
                digests: $0.digests, $0.evidence, $0.reason)
        }
        list("egress", rules.egress) {
            Parts(Self.endpoint($0.proto, $0.prefix, $0.ports), $0.phase, $0.evidence, $0.reason)
        }
        list("listen", rules.listen) {
            Parts(Self.endpoint($0.proto, $0.prefix, $0.ports), $0.phase, $0.evidence, $0.reason)
        }
        uses("capabilities", rules.capabilities) {
            ($0.capability.name, $0.phase, $0.evidence, $0.reason)
        }
        uses("acts", rules.acts) { ($0.act.name, $0.phase, $0.evidence, $0.reason) }
    }

    /// Names: written as a list of them where none has evidence.
    private mutating func uses<Rule>(
        _ field: String, _ rules: [Rule],
        _ parts: (Rule) -> (name: String, phase: Phase?, evidence: Evidence?, reason: String?)
    ) {
        let areNames = rules.allSatisfy {
            let (_, phase, evidence, reason) = parts($0)
            return phase == nil && evidence == nil && reason == nil
        }
        if areNames {
            if rules.isEmpty { return }
            let names = rules.map { YAMLText.scalar(parts($0).name) }
            line(6, "\(field): [\(names.joined(separator: ", "))]")
        } else {
            list(field, rules) {
                let (name, phase, evidence, reason) = parts($0)
                return Parts([("name", YAMLText.scalar(name))], phase, evidence, reason)
            }
        }
    }

    /// A rule as it is written: fields on the first line, the others on lines of their own.
    private struct Parts {
        var fields: [(String, String)]
        var digests: [ContentDigest]
        var evidence: Evidence?
        var reason: String?

        init(
            _ fields: [(String, String)], _ phase: Phase?, digests: [ContentDigest] = [],
            _ evidence: Evidence?, _ reason: String?
        ) {
            self.fields = fields + (phase.map { [("phase", $0.rawValue)] } ?? [])
            self.digests = digests
            self.evidence = evidence
            self.reason = reason
        }
    }

    private mutating func list<Rule>(
        _ name: String, _ rules: [Rule], _ parts: (Rule) -> Parts
    ) {
        if rules.isEmpty { return }
        line(6, "\(name):")
        for rule in rules {
            let parts = parts(rule)
            var lines = [parts.fields.map { "\($0.0): \($0.1)" }.joined(separator: ", ")]
            // One on a line: a new version is one line of a change.
            for (i, digest) in parts.digests.enumerated() {
                let end = i == parts.digests.count - 1 ? "]" : ""
                lines.append((i == 0 ? "sha256: [" : "  ") + "\"\(digest.hex)\"" + end)
            }
            if let evidence = parts.evidence {
                lines.append("seen: \(Self.seen(evidence, soleSource: soleSource))")
            }
            if let reason = parts.reason { lines.append("reason: \(YAMLText.scalar(reason))") }
            for (i, part) in lines.enumerated() {
                let end = i == lines.count - 1 ? "}" : ","
                line(i == 0 ? 8 : 11, (i == 0 ? "- {" : "") + part + end)
            }
        }
    }

    private mutating func write(_ refused: [Refusal]) {
        if refused.isEmpty { return }
        line(2, "refused:")
        for refusal in refused {
            line(4, "- {class: \(YAMLText.scalar(refusal.neverLearned)),")
            line(7, "executable: \(YAMLText.scalar(refusal.executable)),")
            let end = refusal.evidence == nil ? "}" : ","
            line(7, "behaviour: \(YAMLText.scalar(refusal.behaviour))\(end)")
            if let seen = refusal.evidence {
                line(7, "seen: \(Self.seen(seen, soleSource: soleSource))}")
            }
        }
    }

    private mutating func write(_ learned: Provenance) {
        line(2, "learned:")
        line(4, "from: \(Timestamp.text(learned.from))")
        line(4, "to: \(Timestamp.text(learned.to))")
        line(4, "records: \(learned.records)")
        if !learned.losses.isEmpty { line(4, "losses: \(Self.counts(learned.losses))") }
        if !learned.sources.isEmpty {
            line(4, "sources:")
            for source in Self.lines(learned.sources) { line(6, source) }
        }
        if learned.isCut { line(4, "more: true") }
    }

    static func endpoint(
        _ proto: TransportProtocol, _ prefix: Prefix, _ ports: ClosedRange<UInt16>
    ) -> [(String, String)] {
        // In quotes where an address has colons, for flow context.
        let address =
            prefix.text.utf8.contains(UInt8(ascii: ":")) ? "\"\(prefix.text)\"" : prefix.text
        return [("protocol", proto.text), ("address", address), ("port", PortText.text(ports))]
    }

    private static func map(_ pairs: [String: String]) -> String {
        YAMLText.inlineMap(
            pairs.sorted { bytesPrecede($0.key, $1.key) }.map {
                ($0.key, YAMLText.scalar($0.value))
            })
    }

    private static func response(_ response: Response) -> String {
        let mayKill = response.mayKill.map(\.rawValue).sorted(by: bytesPrecede)
        let breaker = response.breaker.map { ", breaker: \($0)" } ?? ""
        return "{mayKill: [\(mayKill.joined(separator: ", "))]\(breaker)}"
    }

    private static func selector(_ selector: Selector) -> String {
        var pairs: [(String, String)] = []
        if let image = selector.image { pairs.append(("image", YAMLText.scalar(image))) }
        if let name = selector.containerName {
            pairs.append(("containerName", YAMLText.scalar(name)))
        }
        if !selector.labels.isEmpty { pairs.append(("labels", map(selector.labels))) }
        return YAMLText.inlineMap(pairs)
    }
}
