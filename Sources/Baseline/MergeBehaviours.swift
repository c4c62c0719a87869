import SysFlow

extension Behaviours {
    /// Takes up what another container of the same workload did, or the same one in another
    /// recording. As long as no limit is reached and no files are folded, merging is commutative,
    /// associative and idempotent. Entries beyond the limits are counted as losses, as when
    /// learning.
    public mutating func merge(_ other: Behaviours) {
        hasServed = hasServed || other.hasServed
        join(sources: other.sources)
        sampling.join(other.sampling)
        for (path, subject) in other.subjects.sorted(by: { $0.key < $1.key }) {
            merge(subject, of: path)
        }
        merge(contents: other.contents)
    }

    private mutating func merge(_ subject: Subject, of path: PathBytes) {
        join(subject.exec, \.exec, path, .exec)
        join(subject.egress, \.egress, path, .egress)
        join(subject.listen, \.listen, path, .listen)
        join(subject.capabilities, \.capabilities, path, .capability)
        join(subject.acts, \.acts, path, .act)
        adopt(subject.folded, by: path)
        for (file, entry) in subject.files.sorted(by: { $0.key < $1.key }) {
            let isKnown = subjects[path]?.changeFile(file, entry.access) {
                $0.join(entry.evidence)
            }
            if isKnown != true { insertFile(file, entry.access, entry.evidence, path) }
        }
    }

    private mutating func join<Key: Hashable>(
        _ entries: [Key: Evidence], _ table: WritableKeyPath<Subject, [Key: Evidence]>,
        _ path: PathBytes, _ dimension: Dimension
    ) {
        for (key, evidence) in entries {
            let isKnown = subjects[path]?[keyPath: table].change(at: key) { $0.join(evidence) }
            if isKnown != true, admitsOneMore(dimension) {
                subjects[path, default: Subject()][keyPath: table][key] = evidence
            }
        }
    }

    private mutating func adopt(_ folded: [GeneralisedPath], by path: PathBytes) {
        for pattern in folded {
            let ours = subjects[path]?.folded ?? []
            if let i = ours.firstIndex(where: { $0.pattern == pattern.pattern }) {
                subjects[path]?.folded[i].join(pattern)
            } else if admitsOneMore(.file) {
                subjects[path, default: Subject()].folded.append(pattern)
            }
        }
    }
}

extension Endpoint: Comparable {
    /// By protocol, port, then address.
    public static func < (a: Endpoint, b: Endpoint) -> Bool {
        (a.proto.rawValue, a.port, a.address.high, a.address.low)
            < (b.proto.rawValue, b.port, b.address.high, b.address.low)
    }
}

extension Behaviours.ListenKey: Comparable {
    /// Binds before accepted connections: their rules take those up.
    static func < (a: Self, b: Self) -> Bool {
        a.bound == b.bound ? a.endpoint < b.endpoint : a.bound
    }
}
