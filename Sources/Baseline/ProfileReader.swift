import Yams

/// Reads a document's nodes strictly and collects what is wrong. A value that could not be read
/// gives nil and an error; the profile is made only when there was none.
struct ProfileReader {
    let file: String
    var path = FieldPath()
    var errors: [ProfileError] = []
    var omitted = 0
    var rules = 0
    /// The executables read so far: each may stand once.
    var subjects: Set<[UInt8]> = []
    /// Whose the evidence is that names no source.
    var soleSource = SourceID.unknown

    init(file: String) { self.file = file }

    mutating func report(_ node: Node, _ problem: String, _ remedy: String) {
        guard errors.count < ProfileLimits.errors else {
            omitted += 1
            return
        }
        errors.append(
            ProfileError(
                file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
                field: path.text, problem: problem, remedy: remedy))
    }

    mutating func within<T>(
        _ component: FieldPath.Component, _ body: (inout ProfileReader) -> T
    ) -> T {
        path.components.append(component)
        defer { path.components.removeLast() }
        return body(&self)
    }

    /// The fields of a mapping by name; unknown ones are reported.
    mutating func fields(_ node: Node, known: [String]) -> [String: Node]? {
        guard case .mapping(let mapping) = node else {
            report(
                node, "expected fields, found \(Self.kind(node))",
                "write fields: \(known.joined(separator: ", "))")
            return nil
        }
        var found: [String: Node] = [:]
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                report(key, "a field's name is not a text", "write name: value")
                continue
            }
            guard known.contains(name.string) else {
                within(.key(name.string)) { reader in
                    reader.report(
                        key, "unknown field `\(name.string)`",
                        NearestName.remedy(for: name.string, known: known))
                }
                continue
            }
            found[name.string] = value
        }
        return found
    }

    /// Reads a field that may be absent.
    mutating func optional<T>(
        _ fields: [String: Node], _ name: String, _ read: (inout ProfileReader, Node) -> T?
    ) -> T? {
        guard let node = fields[name] else { return nil }
        return within(.key(name)) { read(&$0, node) }
    }

    /// Reads a field that must be there.
    mutating func required<T>(
        _ fields: [String: Node], _ name: String, of parent: Node, _ remedy: String,
        _ read: (inout ProfileReader, Node) -> T?
    ) -> T? {
        guard fields[name] != nil else {
            within(.key(name)) { $0.report(parent, "missing", remedy) }
            return nil
        }
        return optional(fields, name, read)
    }

    /// The items of a list, those left out that could not be read.
    mutating func list<T>(_ node: Node, _ read: (inout ProfileReader, Node) -> T?) -> [T]? {
        guard case .sequence(let sequence) = node else {
            report(
                node, "expected a list, found \(Self.kind(node))",
                "write `- ` before each entry, or [] for none")
            return nil
        }
        var items: [T] = []
        for (i, item) in sequence.enumerated() {
            if let value = within(.index(i), { read(&$0, item) }) { items.append(value) }
        }
        return items
    }

    mutating func text(_ node: Node) -> String? {
        text(node, most: ProfileLimits.textBytes)
    }

    mutating func text(_ node: Node, most: Int) -> String? {
        guard case .scalar(let scalar) = node, !Self.isNull(scalar) else {
            report(node, "expected a text, found \(Self.kind(node))", "write a text")
            return nil
        }
        guard node.tag.rawValue == "tag:yaml.org,2002:str" else {
            report(node, "YAML tags are not accepted", "leave out \(node.tag.rawValue)")
            return nil
        }
        guard scalar.string.utf8.count <= most else {
            report(
                node, "\(scalar.string.utf8.count) bytes are more than \(most)", "shorten the text")
            return nil
        }
        return scalar.string
    }

    mutating func word<T>(
        _ node: Node, _ what: String, _ known: [(name: String, value: T)]
    ) -> T? {
        guard let text = text(node) else { return nil }
        if let found = known.first(where: { $0.name == text }) { return found.value }
        report(
            node, "unknown \(what) `\(text)`",
            NearestName.remedy(for: text, known: known.map(\.name)))
        return nil
    }

    mutating func count(_ node: Node) -> Int? {
        guard let text = text(node) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else {
            report(node, "`\(text)` is not a count", "write a number from 0 up")
            return nil
        }
        return value
    }

    mutating func truth(_ node: Node) -> Bool? {
        word(node, "truth", [("true", true), ("false", false)])
    }

    mutating func time(_ node: Node) -> Int64? {
        guard let text = text(node) else { return nil }
        if let time = Timestamp.parse(text) { return time }
        report(node, "`\(text)` is not a time", "write it as 2026-11-21T20:00:00Z")
        return nil
    }

    mutating func textMap(_ node: Node) -> [String: String]? {
        map(node) { $0.text($1) }
    }

    mutating func map<T>(_ node: Node, _ read: (inout ProfileReader, Node) -> T?) -> [String: T]? {
        guard case .mapping(let mapping) = node else {
            report(node, "expected names and values, found \(Self.kind(node))", "write {} for none")
            return nil
        }
        var found: [String: T] = [:]
        for (key, value) in mapping {
            guard let name = text(key) else { continue }
            if let value = within(.key(name), { read(&$0, value) }) { found[name] = value }
        }
        return found
    }

    private static func kind(_ node: Node) -> String {
        switch node {
        case .mapping: "fields"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar):
            isNull(scalar) ? "nothing" : "the text `\(scalar.string.prefix(40))`"
        }
    }

    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
