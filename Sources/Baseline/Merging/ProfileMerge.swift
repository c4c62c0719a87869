import SysFlow

/// Merging is a join: commutative, associative and idempotent. So replicas and nodes merge in any
/// order, and merging something twice changes nothing. Where two profiles differ in how they
/// respond, the milder one stands, as nobody has seen the whole held to the stricter.
extension Profile {
    /// What either profile allows.
    public func merged(with other: Profile) -> Profile {
        var result = Profile(name: min(name, other.name, by: bytesPrecede))
        result.labels = labels.merging(other.labels) { min($0, $1, by: bytesPrecede) }
        result.selector = selector.merged(with: other.selector)
        result.mode = Mode.milder(mode, other.mode)
        result.actions = actions.merged(with: other.actions)
        result.response = Response(
            mayKill: response.mayKill.intersection(other.response.mayKill),
            breaker: join(response.breaker, other.response.breaker, min))
        result.identity = identity == .path ? .path : other.identity
        // One that is alone is joined with itself, which names its sources.
        if let ours = learned ?? other.learned {
            result.learned = ours.joined(with: other.learned ?? ours)
        }
        // Of a profile that does not say how complete it is, nobody knows.
        if let ours = completeness, let theirs = other.completeness {
            result.completeness = ours.joined(with: theirs)
        }
        result.refused = Table(refused + other.refused, key: \.key, Refusal.joined).values
        result.executables =
            Table(
                executables + other.executables, key: { PathBytes($0.executable) },
                ExecutableRules.joined
            ).values.map { $0.joined() }
        // A dimension that one of them does not judge was not learned there.
        if result.actions.capability == nil {
            for i in result.executables.indices { result.executables[i].capabilities = [] }
        }
        if result.actions.act == nil {
            for i in result.executables.indices { result.executables[i].acts = [] }
        }
        return result.sorted()
    }

    /// The profile with each rule once, as merging it with itself gives.
    public func normalized() -> Profile { merged(with: self) }
}

/// Values by their keys; those of equal keys are joined.
private struct Table<Key: Hashable, Value> {
    private(set) var values: [Value] = []

    init(_ all: [Value], key: (Value) -> Key, _ join: (Value, Value) -> Value) {
        var places: [Key: Int] = [:]
        for value in all {
            let key = key(value)
            if let i = places[key] {
                values[i] = join(values[i], value)
            } else {
                places[key] = values.count
                values.append(value)
            }
        }
    }
}

private func join<T>(_ a: T?, _ b: T?, _ both: (T, T) -> T) -> T? {
    guard let a else { return b }
    return b.map { both(a, $0) } ?? a
}

private func min<T>(_ a: T, _ b: T, by precedes: (T, T) -> Bool) -> T {
    precedes(b, a) ? b : a
}

private func joined(_ a: Evidence?, _ b: Evidence?) -> Evidence? {
    join(a, b) {
        var evidence = $0
        evidence.join($1)
        return evidence
    }
}

private func joined(_ a: String?, _ b: String?) -> String? {
    join(a, b) { min($0, $1, by: bytesPrecede) }
}

extension Refusal {
    fileprivate struct Key: Hashable {
        var neverLearned: PathBytes
        var executable: PathBytes
        var behaviour: PathBytes
    }

    fileprivate var key: Key {
        Key(
            neverLearned: PathBytes(neverLearned), executable: PathBytes(executable),
            behaviour: PathBytes(behaviour))
    }

    fileprivate static func joined(_ a: Refusal, _ b: Refusal) -> Refusal {
        var result = a
        result.evidence = Baseline.joined(a.evidence, b.evidence)
        return result
    }
}

extension Selector {
    fileprivate func merged(with other: Selector) -> Selector {
        Selector(
            image: joined(image, other.image),
            containerName: joined(containerName, other.containerName),
            labels: labels.merging(other.labels) { min($0, $1, by: bytesPrecede) })
    }
}

extension Mode {
    /// nil, the agent's default, stands between monitor and enforce.
    fileprivate static func milder(_ a: Mode?, _ b: Mode?) -> Mode? {
        func rank(_ mode: Mode?) -> Int {
            switch mode {
            case .learn: 0
            case .monitor: 1
            case nil: 2
            case .enforce: 3
            }
        }
        return rank(b) < rank(a) ? b : a
    }
}

extension Actions {
    fileprivate func merged(with other: Actions) -> Actions {
        func milder(_ a: Action, _ b: Action) -> Action { b.strength < a.strength ? b : a }
        func milder(_ a: Action?, _ b: Action?) -> Action? {
            guard let a, let b else { return nil }
            return milder(a, b)
        }
        return Actions(
            exec: milder(exec, other.exec), file: milder(file, other.file),
            egress: milder(egress, other.egress), listen: milder(listen, other.listen),
            capability: milder(capability, other.capability), act: milder(act, other.act))
    }
}

extension Action {
    /// Its place among all, the mildest first.
    var strength: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension ExecutableRules {
    fileprivate static func joined(_ a: ExecutableRules, _ b: ExecutableRules) -> ExecutableRules {
        ExecutableRules(
            executable: a.executable, exec: a.exec + b.exec, files: a.files + b.files,
            egress: a.egress + b.egress, listen: a.listen + b.listen,
            capabilities: a.capabilities + b.capabilities, acts: a.acts + b.acts)
    }

    /// Each object once.
    fileprivate func joined() -> ExecutableRules {
        func endpoint(_ proto: TransportProtocol, _ prefix: Prefix, _ ports: ClosedRange<UInt16>)
            -> EndpointKey
        { EndpointKey(proto: proto, prefix: prefix, ports: ports) }
        return ExecutableRules(
            executable: executable,
            exec: Table(exec, key: { PathBytes($0.path) }) {
                var rule = Self.joined($0, $1)
                rule.join(contents: $1)
                return rule
            }.values,
            files: Table(files, key: { PathBytes($0.path) }) {
                var rule = Self.joined($0, $1)
                rule.join(contents: $1)
                rule.access.formUnion($1.access)
                return rule
            }.values,
            egress: Table(egress, key: { endpoint($0.proto, $0.prefix, $0.ports) }, Self.joined)
                .values,
            listen: Table(listen, key: { endpoint($0.proto, $0.prefix, $0.ports) }, Self.joined)
                .values,
            capabilities: Table(capabilities, key: \.capability, Self.joined).values,
            acts: Table(acts, key: \.act, Self.joined).values)
    }

    private struct EndpointKey: Hashable {
        var proto: TransportProtocol
        var prefix: Prefix
        var ports: ClosedRange<UInt16>
    }

    private static func joined<Rule: EvidentRule>(_ a: Rule, _ b: Rule) -> Rule {
        var rule = a
        rule.phase = Phase.joined(a.phase, b.phase)
        rule.evidence = Baseline.joined(a.evidence, b.evidence)
        rule.reason = Baseline.joined(a.reason, b.reason)
        return rule
    }
}

extension Phase {
    /// The phases in which either holds; nil: all.
    static func joined(_ a: Phase?, _ b: Phase?) -> Phase? { a == b ? a : nil }

    /// Whether a rule of the first phase holds wherever one of the second does.
    static func covers(_ a: Phase?, _ b: Phase?) -> Bool { a == nil || a == b }
}

/// A rule with what it was learned from.
protocol EvidentRule {
    var phase: Phase? { get set }
    var evidence: Evidence? { get set }
    var reason: String? { get set }
}

extension ExecRule: EvidentRule {}
extension FileRule: EvidentRule {}
extension EgressRule: EvidentRule {}
extension ListenRule: EvidentRule {}
extension CapabilityRule: EvidentRule {}
extension ActRule: EvidentRule {}
