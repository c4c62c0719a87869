import Baseline

/// What one program does with one kind of thing: `reads` and the paths.
struct Activity: Hashable, Sendable {
    /// In the order in which a reviewer asks.
    enum Verb: Int, Hashable, Sendable, CaseIterable {
        case starts, listens, connects, uses, acts, writesCode, replaces, makes, removes, writes
        case alters, talks, reads, loads

        var text: String {
            switch self {
            case .starts: "starts"
            case .listens: "listens on"
            case .connects: "connects to"
            case .uses: "may use"
            case .acts: "does"
            case .writesCode: "writes and loads"
            case .replaces: "makes, removes"
            case .makes: "makes"
            case .removes: "removes"
            case .writes: "writes"
            case .alters: "alters modes of"
            case .talks: "connects to"
            case .reads: "reads"
            case .loads: "loads as code"
            }
        }
    }

    var verb: Verb
    /// nil: at any time.
    var phase: Phase?
    /// What it is done with, in the profile's order.
    var objects: [String]

    /// In few words.
    ///
    /// - Parameter names: of one directory that are spelled out.
    func words(names limit: Int) -> [String] {
        switch verb {
        case .loads: PathFolding.counted(objects)
        case .listens, .connects, .uses, .acts: objects
        default: PathFolding.folded(objects, names: limit)
        }
    }

    static func of(_ rules: [DescribedRule]) -> [Activity] {
        var found: [Activity] = []
        for rule in rules {
            let verb = Verb(rule.rule)
            let place = found.firstIndex { $0.verb == verb && $0.phase == rule.phase }
            let object = rule.rule.object
            if let place {
                found[place].objects.append(object)
            } else {
                found.append(Activity(verb: verb, phase: rule.phase, objects: [object]))
            }
        }
        return found.sorted {
            let (a, b) = (Phase.place($0.phase), Phase.place($1.phase))
            return ($0.verb.rawValue, a) < ($1.verb.rawValue, b)
        }
    }
}

extension Phase {
    fileprivate static func place(_ phase: Phase?) -> Int {
        phase.flatMap(allCases.firstIndex(of:)) ?? -1
    }

    /// `only while it starts`
    var text: String {
        switch self {
        case .startup: "only while it starts"
        case .serving: "only while it serves"
        }
    }
}

extension Activity.Verb {
    fileprivate init(_ rule: RuleDescription) {
        self =
            switch rule {
            case .exec: .starts
            case .file(_, let access): Self.file(access)
            case .egress: .connects
            case .listen: .listens
            case .capability: .uses
            case .act: .acts
            }
    }

    /// What matters most of the access.
    private static func file(_ access: FileAccess) -> Self {
        if access.contains(.map) {
            return access.isDisjoint(with: [.write, .create]) ? .loads : .writesCode
        }
        if access.isSuperset(of: [.create, .delete]) { return .replaces }
        if access.contains(.create) { return .makes }
        if access.contains(.delete) { return .removes }
        if access.contains(.write) { return .writes }
        if access.contains(.metadata) { return .alters }
        return access.contains(.connect) ? .talks : .reads
    }
}
