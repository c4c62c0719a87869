import Yams

extension Profile {
    /// Reads a profile's file.
    ///
    /// Reading is strict: an unknown field, a wrong type, a pattern, address, port or time that
    /// cannot be read, an anchor or a duplicate key refuse the file.
    ///
    /// - Parameter file: the name that errors give.
    public init(yaml bytes: [UInt8], file: String) throws(ProfileErrors) {
        let root = try YAMLDocument.compose(bytes, file: file)
        var reader = ProfileReader(file: file)
        let profile = reader.profile(root)
        guard reader.errors.isEmpty, let profile else {
            throw ProfileErrors(errors: reader.errors, omitted: reader.omitted)
        }
        self = profile
    }

    public init(yaml text: String, file: String) throws(ProfileErrors) {
        try self.init(yaml: Array(text.utf8), file: file)
    }
}

extension ProfileReader {
    mutating func profile(_ node: Node) -> Profile? {
        guard
            let fields = fields(node, known: ["apiVersion", "kind", "metadata", "spec", "status"])
        else { return nil }
        noteSources(fields["status"])
        constant(fields, "apiVersion", Profile.apiVersion, of: node)
        constant(fields, "kind", Profile.kind, of: node)
        let metadata = required(fields, "metadata", of: node, "write metadata: {name: ...}") {
            $0.metadata($1)
        }
        let spec = required(fields, "spec", of: node, "write spec: {executables: [...]}") {
            $0.spec($1)
        }
        let status = optional(fields, "status") { $0.status($1) }
        guard let metadata, var profile = spec else { return nil }
        profile.name = metadata.name
        profile.labels = metadata.labels
        profile.learned = status?.learned
        profile.refused = status?.refused ?? []
        profile.promoted = status?.promoted
        profile.completeness = status?.completeness
        return profile
    }

    mutating func constant(
        _ fields: [String: Node], _ name: String, _ expected: String, of parent: Node
    ) {
        _ = required(fields, name, of: parent, "write \(name): \(expected)") {
            reader, node -> Bool? in
            guard let text = reader.text(node) else { return nil }
            if text != expected {
                reader.report(node, "unsupported \(name) `\(text)`", "write \(expected)")
            }
            return true
        }
    }

    private mutating func metadata(_ node: Node) -> (name: String, labels: [String: String])? {
        guard let fields = fields(node, known: ["name", "labels"]) else { return nil }
        let name = required(fields, "name", of: node, "write name: and a name") { $0.text($1) }
        let labels = optional(fields, "labels") { $0.textMap($1) }
        return name.map { ($0, labels ?? [:]) }
    }

    private mutating func spec(_ node: Node) -> Profile? {
        guard
            let fields = fields(
                node,
                known: ["selector", "mode", "actions", "response", "identity", "executables"])
        else { return nil }
        var profile = Profile(name: "")
        if let selector = optional(fields, "selector", { $0.selector($1) }) {
            profile.selector = selector
        }
        profile.mode = optional(fields, "mode") {
            $0.word($1, "mode", Mode.allCases.map { ($0.rawValue, $0) })
        }
        if let actions = optional(fields, "actions", { $0.actions($1) }) {
            profile.actions = actions
        }
        // Who writes `exec: kill` says so; who writes no actions has not thought of it.
        if fields["actions"] != nil {
            profile.response.mayKill = Set(Response.Spared.allCases)
        }
        let response = optional(fields, "response") { [profile] in
            $0.response($1, without: profile.response.mayKill)
        }
        profile.response = response ?? profile.response
        let identity = optional(fields, "identity") {
            $0.word($1, "identity", Identity.allCases.map { ($0.rawValue, $0) })
        }
        profile.identity = identity ?? profile.identity
        let executables = optional(fields, "executables") { reader, node in
            reader.list(node) { $0.executable($1) }
        }
        profile.executables = (executables ?? []).map { $0.withPhasesInEvidence() }
        checkJudged(profile, node)
        return profile
    }

    private mutating func selector(_ node: Node) -> Selector? {
        guard let fields = fields(node, known: ["image", "containerName", "labels"]) else {
            return nil
        }
        return Selector(
            image: optional(fields, "image") { $0.text($1) },
            containerName: optional(fields, "containerName") { $0.text($1) },
            labels: optional(fields, "labels") { $0.textMap($1) } ?? [:])
    }

    private mutating func actions(_ node: Node) -> Actions? {
        guard let fields = fields(node, known: Dimension.allCases.map(\.name)) else {
            return nil
        }
        var actions = Actions()
        func action(_ name: String, _ reader: inout ProfileReader) -> Action? {
            reader.optional(fields, name) {
                $0.word($1, "action", Action.allCases.map { ($0.rawValue, $0) })
            }
        }
        actions.exec = action("exec", &self) ?? actions.exec
        actions.file = action("file", &self) ?? actions.file
        actions.egress = action("egress", &self) ?? actions.egress
        actions.listen = action("listen", &self) ?? actions.listen
        actions.capability = action("capability", &self)
        actions.act = action("act", &self)
        return actions
    }

    private mutating func response(
        _ node: Node, without mayKill: Set<Response.Spared>
    ) -> Response? {
        guard let fields = fields(node, known: ["mayKill", "breaker"]) else { return nil }
        let named = optional(fields, "mayKill") { reader, node in
            reader.list(node) {
                $0.word($1, "name", Response.Spared.allCases.map { ($0.rawValue, $0) })
            }
        }
        let breaker = optional(fields, "breaker") { reader, node -> Int? in
            guard let count = reader.count(node) else { return nil }
            guard (1...Response.breakerLimit).contains(count) else {
                reader.report(
                    node, "\(count) a minute is no budget",
                    "write a number from 1 to \(Response.breakerLimit), or leave out breaker")
                return nil
            }
            return count
        }
        return Response(mayKill: named.map { Set($0) } ?? mayKill, breaker: breaker)
    }

    private mutating func status(
        _ node: Node
    ) -> Status? {
        let known = ["learned", "completeness", "refused", "promoted"]
        guard let fields = fields(node, known: known) else { return nil }
        return Status(
            learned: optional(fields, "learned") { $0.provenance($1) },
            completeness: optional(fields, "completeness") { $0.completeness($1) },
            refused: optional(fields, "refused") { $0.list($1) { $0.refusal($1) } } ?? [],
            promoted: optional(fields, "promoted") { $0.promotion($1) })
    }

    private struct Status {
        var learned: Provenance?
        var completeness: Completeness?
        var refused: [Refusal]
        var promoted: Promotion?
    }

    private mutating func refusal(_ node: Node) -> Refusal? {
        guard admitsOneMore(node),
            let fields = fields(node, known: ["class", "executable", "behaviour", "seen"])
        else { return nil }
        let most = ProfileLimits.patternBytes + 64
        let name = required(fields, "class", of: node, "write class:") { $0.text($1) }
        let executable = required(fields, "executable", of: node, "write executable:") {
            $0.text($1, most: most)
        }
        let behaviour = required(fields, "behaviour", of: node, "write behaviour:") {
            $0.text($1, most: most)
        }
        let seen = optional(fields, "seen") { $0.evidence($1) }
        guard let name, let executable, let behaviour else { return nil }
        return Refusal(
            neverLearned: name, executable: executable, behaviour: behaviour, evidence: seen)
    }

    private mutating func provenance(_ node: Node) -> Provenance? {
        let known = ["from", "to", "records", "losses", "sources", "more"]
        guard let fields = fields(node, known: known) else { return nil }
        let remedy = "write from:, to: and records:"
        let from = required(fields, "from", of: node, remedy) { $0.time($1) }
        let to = required(fields, "to", of: node, remedy) { $0.time($1) }
        let records = required(fields, "records", of: node, remedy) { $0.count($1) }
        let losses = optional(fields, "losses") { reader, node in
            reader.map(node) { $0.count($1) }
        }
        let sources = optional(fields, "sources") { $0.sources($1) }
        let more = optional(fields, "more") { $0.truth($1) }
        guard let from, let to, let records else { return nil }
        return Provenance(
            from: from, to: to, records: records, losses: losses ?? [:], sources: sources ?? [:],
            isCut: more ?? false)
    }
}
