/// Who let a profile be enforced, when, and on what ground.
public struct Promotion: Hashable, Sendable {
    /// Nanoseconds since the epoch.
    public var time: Int64
    public var by: String
    /// The recordings that were replayed.
    public var files: [String]
    /// Behaviours in them that were judged.
    public var judged: Int
    /// Behaviours in them that would have been stopped.
    public var deviating: Int
    /// Why it was done although something stood against it.
    public var override: String?
    /// What stood against it.
    public var against: [String]

    /// Objections that are kept; further ones are counted in the last.
    public static let objectionLimit = 20

    public init(
        time: Int64, by: String, files: [String], judged: Int, deviating: Int = 0,
        override: String? = nil, against: [String] = []
    ) {
        self.time = time
        self.by = by
        self.files = files
        self.judged = judged
        self.deviating = deviating
        self.override = override
        self.against = against
        if against.count > Self.objectionLimit {
            self.against =
                against.prefix(Self.objectionLimit - 1)
                + ["and \(against.count - Self.objectionLimit + 1) more"]
        }
    }

    /// One line for people.
    public var text: String {
        let ground = "\(judged) behaviours replayed, \(deviating) would have been stopped"
        let line = "\(Timestamp.text(time)) by \(by), \(ground)"
        return override.map { "\(line); OVERRIDE: \($0)" } ?? line
    }
}

extension Profile {
    /// What stands against enforcing it, by what it says of itself; empty: nothing.
    public var objections: [String] {
        guard let learned else {
            return [
                "it was not learned: nothing says what it was made from; learn one, and merge it "
                    + "with this"
            ]
        }
        var objections = learned.losses.filter { $0.value > 0 }
            .sorted { bytesPrecede($0.key, $1.key) }
            .map { "\($0.value) records were lost in \($0.key) while it was learned: learn again" }
        objections += incompleteness
        return objections
    }

    private var incompleteness: [String] {
        guard let completeness else {
            return ["its completeness is not known: learn it again with this version, or longer"]
        }
        return completeness.reasons.map { "\($0.dimension.name) is not complete: \($0.reason)" }
    }
}
