/// Which contents a profile allows at a path: of all its rules that name digests. Digests belong
/// to the path, whoever runs or maps it.
public struct ContentRules: Sendable {
    /// What is done with the file's content.
    public enum Use: Hashable, Sendable, CaseIterable { case execute, map }

    public struct Place: Hashable, Sendable {
        public var path: PathBytes
        public var use: Use
        public init(path: PathBytes, use: Use) {
            self.path = path
            self.use = use
        }
    }

    private var exact: [Place: Set<ContentDigest>] = [:]
    private var wide: [(matcher: PatternMatcher, use: Use, digests: [ContentDigest])] = []

    /// Rules whose pattern cannot be read are left out: compiling the profile refuses them.
    public init(_ profile: Profile) {
        guard profile.identity == .content else { return }
        for rules in profile.executables {
            for rule in rules.exec { add(rule.path, .execute, rule.digests) }
            for rule in rules.files where rule.access.contains(.map) {
                add(rule.path, .map, rule.digests)
            }
        }
    }

    private mutating func add(_ text: String, _ use: Use, _ digests: [ContentDigest]) {
        guard !digests.isEmpty, let pattern = try? PathPattern(parsing: text) else { return }
        if let path = pattern.literalPath {
            exact[Place(path: path, use: use), default: []].formUnion(digests)
        } else {
            wide.append((PatternMatcher(pattern), use, digests))
        }
    }

    public var isEmpty: Bool { exact.isEmpty && wide.isEmpty }

    /// The places that are named without wildcards, in order: what can be looked at beforehand.
    public var places: [Place] {
        exact.keys.sorted {
            $0.path == $1.path ? $0.use == .execute && $1.use == .map : $0.path < $1.path
        }
    }

    public func digests(at place: Place) -> Set<ContentDigest> {
        wide.reduce(into: exact[place] ?? []) { found, rule in
            if rule.use == place.use, rule.matcher.matches(place.path.bytes) {
                found.formUnion(rule.digests)
            }
        }
    }
}
