import SysFlow

extension Profile {
    /// What the profile allows nearest to a deviation, and what differs. Looks at every rule of
    /// the dimension: for alerts, not for each event.
    public func nearestRules(to deviation: Deviation) -> NearestRules {
        var found: [RuleNearness] = []
        var isKnown = false
        for rules in executables {
            let isSubject = rules.isFor(deviation.subject)
            isKnown = isKnown || isSubject
            found += rules.nearness(to: deviation, isSubject: isSubject)
        }
        found.sort()
        let nearest = found.prefix(NearestRules.limit).map {
            $0.described(for: deviation)
        }
        let fallback =
            isKnown
            ? "the profile allows \(deviation.subjectText) no \(deviation.dimension.name) like it"
            : "the profile has no rules for \(deviation.subjectText)"
        let text = nearest.first.map { first in
            isKnown || first.difference == .subject
                ? first.explanation : "\(fallback); \(first.explanation)"
        }
        return NearestRules(
            rules: nearest, subjectIsKnown: isKnown, text: text ?? fallback)
    }
}

extension ExecutableRules {
    func isFor(_ subject: PathBytes) -> Bool {
        if subject == .runtime || executable == ExecutableRules.runtime {
            return subject == .runtime && executable == ExecutableRules.runtime
        }
        return Self.matches(executable, subject.bytes)
    }

    static func matches(_ pattern: String, _ path: [UInt8]) -> Bool {
        (try? PathPattern(parsing: pattern)).map { PatternMatcher($0).matches(path) } ?? false
    }

    fileprivate func nearness(to deviation: Deviation, isSubject: Bool) -> [RuleNearness] {
        switch deviation.object {
        case .exec(let path):
            exec.compactMap {
                pathNearness($0.path, [], path, [], isSubject, $0.path)?
                    .limited(to: $0.phase, deviation)
            }
        case .file(let path, let access):
            files.compactMap {
                pathNearness(
                    $0.path, $0.access, path, access, isSubject,
                    "\($0.access.words.joined(separator: ", ")) \($0.path)"
                )?.limited(to: $0.phase, deviation)
            }
        case .egress(let endpoint):
            egress.compactMap {
                near($0.proto, $0.prefix, $0.ports, endpoint, isSubject)?
                    .limited(to: $0.phase, deviation)
            }
        case .listen(let endpoint):
            listen.compactMap {
                near($0.proto, $0.prefix, $0.ports, endpoint, isSubject)?
                    .limited(to: $0.phase, deviation)
            }
        case .capability(let asked):
            capabilities.compactMap {
                near($0.capability == asked, $0.capability.name, isSubject)?
                    .limited(to: $0.phase, deviation)
            }
        case .act(let asked):
            acts.compactMap {
                near($0.act == asked, $0.act.name, isSubject)?.limited(to: $0.phase, deviation)
            }
        }
    }

    /// Names are alike or they are not.
    private func near(_ isAlike: Bool, _ rule: String, _ isSubject: Bool) -> RuleNearness? {
        guard isAlike else { return nil }
        return RuleNearness(
            difference: isSubject ? .none : .subject, subject: executable, rule: rule)
    }

    private func pathNearness(
        _ pattern: String, _ allowed: FileAccess, _ path: PathBytes, _ asked: FileAccess,
        _ isSubject: Bool, _ rule: String
    ) -> RuleNearness? {
        if Self.matches(pattern, path.bytes) {
            let missing = asked.subtracting(allowed)
            let difference: NearestRule.Difference =
                !isSubject ? .subject : missing.isEmpty ? .none : .access
            return RuleNearness(
                difference: difference, subject: executable, rule: rule, allowed: allowed,
                missing: missing)
        }
        guard isSubject else { return nil }
        let shared = Self.sharedSegments(pattern, path.bytes)
        guard shared > 0 else { return nil }
        return RuleNearness(
            difference: .object, subject: executable, rule: rule, similarity: shared)
    }

    private func near(
        _ proto: TransportProtocol, _ prefix: Prefix, _ ports: ClosedRange<UInt16>,
        _ endpoint: Endpoint, _ isSubject: Bool
    ) -> RuleNearness? {
        let isProto = proto == endpoint.proto
        let isAddress = prefix.contains(endpoint.address)
        let isPort = ports.contains(endpoint.port)
        let difference: NearestRule.Difference
        switch (isProto, isAddress, isPort) {
        case (true, true, true): difference = isSubject ? .none : .subject
        case (true, true, false): difference = .port
        case (true, false, true): difference = .address
        case (false, true, true): difference = .proto
        default: return nil
        }
        guard isSubject || difference == .subject else { return nil }
        return RuleNearness(
            difference: difference, subject: executable,
            rule: "\(proto.text) \(prefix.text) port \(PortText.text(ports))",
            similarity: prefix.length)
    }

    /// Whole segments that a pattern and a path have in common from the root.
    private static func sharedSegments(_ pattern: String, _ path: [UInt8]) -> Int {
        let slash = UInt8(ascii: "/")
        let ours = Array(pattern.utf8).split(separator: slash)
        return zip(ours, path.split(separator: slash)).prefix {
            matches(String(decoding: $0, as: UTF8.self), Array($1))
        }.count
    }
}

/// A rule with its distance from the deviation.
private struct RuleNearness: Comparable {
    var difference: NearestRule.Difference
    var subject: String
    var rule: String
    var similarity = 0
    var allowed: FileAccess = []
    var missing: FileAccess = []
    var phase: Phase?

    /// What fits may be for another phase.
    func limited(to phase: Phase?, _ deviation: Deviation) -> RuleNearness {
        guard difference == .none, !deviation.isIn(phase) else { return self }
        var limited = self
        limited.difference = .phase
        limited.phase = phase
        return limited
    }

    static func == (a: Self, b: Self) -> Bool { !(a < b) && !(b < a) }

    static func < (a: Self, b: Self) -> Bool {
        if a.difference != b.difference { return a.difference < b.difference }
        if a.similarity != b.similarity { return a.similarity > b.similarity }
        if a.subject != b.subject { return bytesPrecede(a.subject, b.subject) }
        return bytesPrecede(a.rule, b.rule)
    }

    func described(for deviation: Deviation) -> NearestRule {
        NearestRule(
            subject: subject, rule: rule, difference: difference,
            explanation: explanation(deviation))
    }

    private func explanation(_ deviation: Deviation) -> String {
        switch difference {
        case .none: return "the profile as it is now allows it: \(rule)"
        case .phase:
            return "allowed in the phase \(phase?.rawValue ?? "") only: \(rule)"
        case .access:
            let missing = missing.words.joined(separator: ", ")
            return "\(allowed.words.joined(separator: ", ")) is allowed, \(missing) is not"
        case .port: return "allowed: \(rule), not port \(deviation.port)"
        case .address: return "allowed: \(rule), not this address"
        case .proto: return "allowed: \(rule), not \(deviation.protocolText)"
        case .subject:
            // The other executable may have less access than was asked for, too.
            let part = missing.isEmpty ? "allowed" : allowed.words.joined(separator: ", ")
            return "\(part) for \(subject), not for \(deviation.subjectText)"
        case .object: return "nearest allowed: \(rule), not this path"
        }
    }
}

extension Deviation {
    fileprivate var subjectText: String { subject.pattern }

    private var endpoint: Endpoint? {
        switch object {
        case .egress(let endpoint), .listen(let endpoint): endpoint
        case .exec, .file, .capability, .act: nil
        }
    }

    fileprivate var port: String { endpoint.map { "\($0.port)" } ?? "" }
    fileprivate var protocolText: String { endpoint?.proto.text ?? "" }
}
