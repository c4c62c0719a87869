import SysFlow
import Yams

extension SensitiveList {
    public static let kind = "SensitiveObjects"

    /// Reads a list, as strictly as a profile.
    ///
    /// - Parameter file: the name that errors give.
    public init(yaml bytes: [UInt8], file: String) throws(ProfileErrors) {
        let root = try YAMLDocument.compose(bytes, file: file)
        var reader = ProfileReader(file: file)
        let list = reader.sensitiveList(root)
        guard reader.errors.isEmpty, let list else {
            throw ProfileErrors(errors: reader.errors, omitted: reader.omitted)
        }
        self = list
    }
}

extension ProfileReader {
    mutating func sensitiveList(_ node: Node) -> SensitiveList? {
        guard let fields = fields(node, known: ["apiVersion", "kind", "classes", "objects"])
        else { return nil }
        constant(fields, "apiVersion", Profile.apiVersion, of: node)
        constant(fields, "kind", SensitiveList.kind, of: node)
        let classes = required(fields, "classes", of: node, "write classes: and a list") {
            $0.list($1) { $0.neverLearnedClass($1) }
        }
        let names = (classes ?? []).map(\.name)
        let objects = required(fields, "objects", of: node, "write objects: and a list") {
            $0.list($1) { $0.sensitiveObjects($1, classes: names) }
        }
        guard let classes, let objects else { return nil }
        return SensitiveList(objects: objects.flatMap { $0 }, classes: classes)
    }

    private mutating func neverLearnedClass(_ node: Node) -> NeverLearnedClass? {
        guard let fields = fields(node, known: ["name", "reason"]) else { return nil }
        let name = required(fields, "name", of: node, "write name: and a word") { $0.text($1) }
        let reason = required(fields, "reason", of: node, "write reason: and why") { $0.text($1) }
        guard let name, let reason else { return nil }
        return NeverLearnedClass(name: name, reason: reason)
    }

    /// One entry of the file: everything that has one weight and reason.
    private mutating func sensitiveObjects(
        _ node: Node, classes: [String]
    ) -> [SensitiveObject]? {
        let targets = ["paths", "programs", "capabilities", "acts", "destinations"]
        let known = ["weight", "reason", "class", "access", "ports"] + targets
        guard admitsOneMore(node), let fields = fields(node, known: known) else { return nil }
        let weight = required(fields, "weight", of: node, "write weight: and 1 to 10") {
            reader, node -> Int? in
            guard let weight = reader.count(node) else { return nil }
            if SensitiveObject.weights.contains(weight) { return weight }
            reader.report(node, "\(weight) is no weight", "write a number from 1 to 10")
            return nil
        }
        let reason = required(fields, "reason", of: node, "write reason: and why") { $0.text($1) }
        let name = optional(fields, "class") {
            $0.word($1, "class", classes.map { ($0, $0) })
        }
        let access = optional(fields, "access") { $0.access($1) } ?? .any
        let ports = optional(fields, "ports") { $0.list($1) { $0.ports($1) } }
        if !targets.contains(where: { fields[$0] != nil }) {
            report(
                node, "names no object", "write one of \(targets.joined(separator: ", ")): [...]")
        }
        var found: [SensitiveObject.Target] = []
        found += patterns(fields, "paths").map { .path($0, access) }
        found += patterns(fields, "programs").map { .program($0) }
        found += (optional(fields, "capabilities") { $0.list($1) { $0.capability($1) } } ?? [])
            .map { .capability($0.capability) }
        found += (optional(fields, "acts") { $0.list($1) { $0.act($1) } } ?? [])
            .map { .act($0.act) }
        for prefix in optional(fields, "destinations", { $0.list($1) { $0.prefix($1) } }) ?? [] {
            found += (ports ?? [0...UInt16.max]).map { .destination(prefix, ports: $0) }
        }
        guard let weight, let reason else { return nil }
        return found.map {
            SensitiveObject(target: $0, weight: weight, reason: reason, neverLearned: name)
        }
    }

    private mutating func patterns(_ fields: [String: Node], _ name: String) -> [PathPattern] {
        let texts = optional(fields, name) { $0.list($1) { $0.pattern($1) } } ?? []
        return texts.compactMap { try? PathPattern(parsing: $0) }
    }
}
