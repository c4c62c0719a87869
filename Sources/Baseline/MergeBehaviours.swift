import SysFlow

extension Behaviours {
    /// Adds what another container of the same workload did. Counts add up, so merge each
    /// container once. Entries beyond the limits are counted as losses, as when learning.
    public mutating func merge(_ other: Behaviours) {
        for (path, subject) in other.subjects.sorted(by: { $0.key < $1.key }) {
            merge(subject, of: path)
        }
        for (dimension, count) in other.losses { note(losses: count, in: dimension) }
        let sum = records.addingReportingOverflow(other.records)
        records = sum.overflow ? Int.max : sum.partialValue
        if let theirs = other.span {
            let ours = span ?? theirs
            let from = min(ours.lowerBound, theirs.lowerBound)
            span = from...max(ours.upperBound, theirs.upperBound)
        }
    }

    private mutating func merge(_ subject: Subject, of path: PathBytes) {
        for (object, evidence) in subject.exec.sorted(by: { $0.key < $1.key }) {
            merge(evidence, at: object, \.exec, path, .exec)
        }
        for (endpoint, evidence) in subject.egress.sorted(by: { $0.key < $1.key }) {
            merge(evidence, at: endpoint, \.egress, path, .egress)
        }
        for (key, evidence) in subject.listen.sorted(by: { $0.key < $1.key }) {
            merge(evidence, at: key, \.listen, path, .listen)
        }
        for (capability, evidence) in subject.capabilities {
            merge(evidence, at: capability, \.capabilities, path, .capability)
        }
        for (act, evidence) in subject.acts { merge(evidence, at: act, \.acts, path, .act) }
        adopt(subject.folded, by: path)
        for (file, entry) in subject.files.sorted(by: { $0.key < $1.key }) {
            addFile(file, entry.access, entry.evidence, path)
        }
    }

    private mutating func adopt(_ folded: [GeneralisedPath], by path: PathBytes) {
        for pattern in folded {
            let ours = subjects[path]?.folded ?? []
            if let i = ours.firstIndex(where: { $0.pattern == pattern.pattern }) {
                subjects[path]?.folded[i].merge(pattern)
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
