/// A file pattern on its way from what was seen to a rule.
struct GeneralisedPath: Sendable {
    let pattern: PathPattern
    let matcher: PatternMatcher
    var access: FileAccess
    var evidence: Evidence
    /// Why it is wider than what was seen; nil: it is exactly one path.
    var reason: String?

    /// The bytes that every admitted path begins with: most paths are told apart by them.
    private let prefix: [UInt8]

    init(
        pattern: PathPattern, access: FileAccess, evidence: Evidence, reason: String?
    ) {
        self.pattern = pattern
        matcher = PatternMatcher(pattern)
        self.access = access
        self.evidence = evidence
        self.reason = reason
        var prefix: [UInt8] = []
        for element in pattern.elements {
            guard case .byte(let byte) = element else { break }
            prefix.append(byte)
        }
        self.prefix = prefix
    }

    /// The one path that it admits, if it was not widened.
    var exactPath: PathBytes? { reason == nil ? PathBytes(prefix) : nil }

    func admits(_ path: [UInt8]) -> Bool { path.starts(with: prefix) && matcher.matches(path) }

    /// Whether it may have this access too, without admitting a sensitive object by it.
    func mayTake(_ access: FileAccess) -> Bool {
        let more = access.subtracting(self.access)
        if access.contains(.map) { return false }
        // The modules of a tree are one rule because they are only read.
        if !more.isEmpty, reason?.contains(PackageTreeStep.reason) == true { return false }
        return more.isEmpty || !SensitiveList.builtin.areAdmitted(by: matcher, more)
    }

    /// Of other paths.
    mutating func merge(_ other: GeneralisedPath) {
        evidence.merge(other.evidence)
        takeUp(other)
    }

    /// Of the same pattern, from elsewhere.
    mutating func join(_ other: GeneralisedPath) {
        evidence.join(other.evidence)
        takeUp(other)
    }

    private mutating func takeUp(_ other: GeneralisedPath) {
        access.formUnion(other.access)
        if let reason = other.reason, self.reason == nil { self.reason = reason }
    }
}
