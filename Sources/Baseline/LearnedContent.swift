/// The contents that files at one path were seen with.
struct LearnedContent: Hashable, Sendable {
    private(set) var digests: Set<ContentDigest> = []
    /// It was seen with contents that are not known: one that could not be read, or too many. No
    /// digest binds it then, as it would refuse what was seen.
    private(set) var isPartial = false

    /// Versions of one file; more say that it is written as the service runs.
    static let versionLimit = 16

    mutating func add(_ digest: ContentDigest?) {
        guard let digest else { return become(partial: true) }
        digests.insert(digest)
        become(partial: digests.count > Self.versionLimit)
    }

    mutating func merge(_ other: LearnedContent) {
        digests.formUnion(other.digests)
        become(partial: other.isPartial || digests.count > Self.versionLimit)
    }

    /// What a rule for the path is bound to; empty: to nothing.
    var binding: [ContentDigest] { digests.sorted() }

    private mutating func become(partial: Bool) {
        isPartial = isPartial || partial
        if isPartial { digests = [] }
    }
}

extension Behaviours {
    /// Paths whose contents are kept; of those beyond it none is bound to content.
    static let contentLimit = 20_000

    /// Notes with which content a program or library was seen at a path; nil: it could not be read.
    public mutating func note(content: ContentDigest?, of path: PathBytes) {
        guard contents[path] != nil || contents.count < Self.contentLimit else { return }
        contents[path, default: LearnedContent()].add(content)
    }

    func digests(of path: PathBytes) -> [ContentDigest] { contents[path]?.binding ?? [] }

    /// A path that only one side has seen was never seen with another content.
    mutating func merge(contents other: [PathBytes: LearnedContent]) {
        for (path, content) in other {
            if contents[path] == nil, contents.count >= Self.contentLimit { continue }
            contents[path, default: LearnedContent()].merge(content)
        }
    }
}
