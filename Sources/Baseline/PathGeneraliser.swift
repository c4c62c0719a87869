/// Typed wildcards for what varies by structure: each step looks at what the varying part is,
/// never at how many siblings there are alone. What a step makes is put back to the exact paths
/// where it would admit a sensitive object.
enum PathGeneraliser {
    /// Different values of one place before it counts as varying.
    static let leastExamples = 3

    /// A path as far as it is generalised, with what it stands for.
    struct Candidate {
        var elements: [PathPattern.Element]
        var sources: [PathBytes]
        var access: FileAccess
        var evidence: Evidence
        var reasons: [String]

        var isExact: Bool { reasons.isEmpty }

        /// Several candidates as one, under another pattern.
        static func merged(
            _ parts: [Candidate], as elements: [PathPattern.Element], because reason: String?
        ) -> Candidate? {
            guard var result = parts.first else { return nil }
            for part in parts.dropFirst() {
                result.sources += part.sources
                result.access.formUnion(part.access)
                result.evidence.merge(part.evidence)
                for reason in part.reasons where !result.reasons.contains(reason) {
                    result.reasons.append(reason)
                }
            }
            result.elements = elements
            if let reason, !result.reasons.contains(reason) { result.reasons.append(reason) }
            return result
        }
    }

    /// Files that are mapped as code stay as they are, like programs, and no pattern lets code be
    /// replaced.
    ///
    /// - Parameters:
    ///   - folded: patterns that were made before; they stand.
    ///   - code: further paths of code: programs that are started.
    /// - Returns: patterns that together admit every path with its access.
    static func generalise(
        _ files: [PathBytes: Behaviours.FileEntry], _ folded: [GeneralisedPath] = [],
        code: Set<PathBytes> = []
    ) -> [GeneralisedPath] {
        let mapped = files.filter { $0.value.access.contains(.map) }
        let code = code.union(mapped.keys)
        let others = files.filter { mapped[$0.key] == nil }.sorted { $0.key < $1.key }
        let (python, rest) = PythonNameStep.apply(others.map { (path: $0.key, entry: $0.value) })
        var candidates = rest.map { typed($0.path, $0.entry) }
        candidates = PackageTreeStep.apply(joined(candidates))
        candidates = IntegerStep.apply(candidates)
        candidates = python + TemporaryNameStep.apply(candidates)

        var wide = folded
        var exact = mapped.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        for candidate in candidates {
            let pattern = GeneralisedPath(candidate)
            if candidate.isExact || isTooWide(pattern, code) {
                exact += candidate.sources.compactMap { path in files[path].map { (path, $0) } }
            } else if let i = wide.firstIndex(where: { $0.pattern == pattern.pattern }) {
                wide[i].merge(pattern)
            } else {
                wide.append(pattern)
            }
        }
        return wide + unadmitted(exact, by: &wide)
    }

    private static func isTooWide(_ pattern: GeneralisedPath, _ code: Set<PathBytes>) -> Bool {
        // A changed secret is the same secret: it was read.
        let isOne = pattern.access == .read && pattern.pattern.isRevisionOfOneFile
        return !isOne && SensitiveList.builtin.areAdmitted(by: pattern.matcher, pattern.access)
            || !pattern.access.isDisjoint(with: .changing)
                && code.contains { pattern.admits($0.bytes) }
    }

    /// The exact paths that no pattern admits with all their access; the others' evidence goes to
    /// the pattern.
    private static func unadmitted(
        _ exact: [(PathBytes, Behaviours.FileEntry)], by wide: inout [GeneralisedPath]
    ) -> [GeneralisedPath] {
        exact.compactMap { path, entry in
            if let i = wide.firstIndex(where: {
                $0.access.isSuperset(of: entry.access) && $0.admits(path.bytes)
            }) {
                wide[i].evidence.merge(entry.evidence)
                return nil
            }
            return GeneralisedPath(
                pattern: PathPattern(literal: path.bytes), access: entry.access,
                evidence: entry.evidence, reason: nil)
        }
    }

    private static func typed(_ path: PathBytes, _ entry: Behaviours.FileEntry) -> Candidate {
        let (elements, reasons) = TypedSegments.elements(of: path.bytes)
        return Candidate(
            elements: elements, sources: [path], access: entry.access, evidence: entry.evidence,
            reasons: reasons)
    }

    /// Candidates of equal patterns as one, in the order of the first of each.
    private static func joined(_ candidates: [Candidate]) -> [Candidate] {
        grouped(candidates) { $0.elements }.compactMap { elements, parts in
            Candidate.merged(parts, as: elements, because: nil)
        }
    }

    /// Groups in the order of their first members, so that the result is the same each time.
    static func grouped<Element, Key: Hashable>(
        _ elements: [Element], by key: (Element) -> Key
    ) -> [(key: Key, members: [Element])] {
        var places: [Key: Int] = [:]
        var groups: [(key: Key, members: [Element])] = []
        for element in elements {
            let key = key(element)
            if let i = places[key] {
                groups[i].members.append(element)
            } else {
                places[key] = groups.count
                groups.append((key, [element]))
            }
        }
        return groups
    }
}

extension GeneralisedPath {
    init(_ candidate: PathGeneraliser.Candidate) {
        var evidence = candidate.evidence
        if !candidate.isExact, let first = candidate.sources.min() {
            evidence.note(example: first.pattern)
        }
        self.init(
            pattern: PathPattern(elements: candidate.elements), access: candidate.access,
            evidence: evidence,
            reason: candidate.isExact ? nil : candidate.reasons.joined(separator: ", "))
    }
}
