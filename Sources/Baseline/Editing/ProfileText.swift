import SysFlow
import Yams

/// A profile's text, changed as little as possible: rules come and go as lines, and comments, order
/// and spelling of the rest stay.
///
/// Lines are found by the places of the document's nodes. As YAML can be written in many ways, each
/// result is read again: where it is not the profile that was meant, the whole is written anew, and
/// comments are lost.
public struct ProfileText {
    /// The changed text.
    public let text: String
    /// False: it was written anew.
    public let isPatched: Bool

    init(text: String, isPatched: Bool) {
        self.text = text
        self.isPatched = isPatched
    }

    /// - Parameters:
    ///   - text: what `old` was read from.
    ///   - new: `old` with other rules.
    public init(changing text: String, from old: Profile, to new: Profile) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var isPatched = true
        let changes = ProfileDiff.changes(from: old.normalized(), to: new.normalized())
        for change in changes where isPatched {
            guard let root = try? Parser(yaml: lines.joined(separator: "\n")).singleRoot() else {
                isPatched = false
                break
            }
            var patch = TextPatch(lines: lines, root: root)
            isPatched = patch.apply(change, new)
            lines = patch.lines
        }
        let patched = lines.joined(separator: "\n")
        let isSame =
            isPatched
            && (try? Profile(yaml: patched, file: "").sorted()) == new.sorted()
        self.text = isSame ? patched : new.yaml
        self.isPatched = isSame
    }
}

/// One change of the lines. False from a step: this way of writing is not known.
private struct TextPatch {
    var lines: [String]
    let root: Node

    mutating func apply(_ change: ProfileDiff.Change, _ new: Profile) -> Bool {
        let list = Self.listName(change.dimension)
        guard let executables = root["spec"]?["executables"]?.sequence else { return false }
        let entry = executables.first { Self.canonical($0["executable"]?.string) == change.subject }
        let rule = Self.written(change, new)
        guard let entry else {
            guard change.kind == .added, let first = executables.first?.mark,
                let indent = dash(first.line)
            else { return false }
            return insertEntry(change.subject, list, rule, indent: indent, executables)
        }
        guard let node = entry[list] else {
            return change.kind == .added && insertList(list, rule, into: entry)
        }
        guard let items = node.sequence else { return false }
        if change.kind == .added {
            return insertItem(rule, into: items, list: list, node)
        }
        guard let item = items.first(where: { Self.isFor($0, change) }), let mark = item.mark
        else { return false }
        if change.kind == .removed { return remove(item: mark, of: items, entry, list) }
        return setAccess(change, at: mark.line)
    }

    private static func listName(_ dimension: Dimension) -> String {
        switch dimension {
        case .exec: "exec"
        case .file: "files"
        case .egress: "egress"
        case .listen: "listen"
        case .capability: "capabilities"
        case .act: "acts"
        }
    }

    private static func canonical(_ text: String?) -> String? {
        guard let text else { return nil }
        if text == ExecutableRules.runtime { return text }
        return (try? PathPattern(parsing: text))?.text
    }

    /// The rule as one flow mapping or name.
    private static func written(_ change: ProfileDiff.Change, _ new: Profile) -> String {
        var fields: [(String, String)] = []
        switch change.rule {
        case .exec(let path): fields.append(("path", YAMLText.scalar(path)))
        case .file(let path, let access):
            fields.append(("path", YAMLText.scalar(path)))
            fields.append(("access", "[\(access.words.joined(separator: ", "))]"))
        case .egress(let proto, let prefix, let ports), .listen(let proto, let prefix, let ports):
            fields += ProfileWriter.endpoint(proto, prefix, ports)
        case .capability(let capability): fields.append(("name", capability.name))
        case .act(let act): fields.append(("name", YAMLText.scalar(act.name)))
        }
        let rules = new.executables.first { $0.executable == change.subject }
        if let reason = rules?.reason(of: change.rule) {
            fields.append(("reason", YAMLText.scalar(reason)))
        }
        return "{" + fields.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func isFor(_ item: Node, _ change: ProfileDiff.Change) -> Bool {
        switch change.rule {
        case .exec(let path), .file(let path, _): return canonical(item["path"]?.string) == path
        case .egress(let proto, let prefix, let ports), .listen(let proto, let prefix, let ports):
            guard let address = item["address"]?.string, let port = item["port"]?.string else {
                return false
            }
            return item["protocol"]?.string == proto.text
                && (try? Prefix(parsing: address)) == prefix && PortText.parse(port) == ports
        case .capability(let capability):
            return (item.string ?? item["name"]?.string) == capability.name
        case .act(let act): return (item.string ?? item["name"]?.string) == act.name
        }
    }

    // MARK: lines, counted from 1

    private func indent(_ line: Int) -> Int { lines[line - 1].prefix { $0 == " " }.count }

    /// The place of the dash that begins the line, if one does.
    private func dash(_ line: Int) -> Int? {
        guard lines.indices.contains(line - 1) else { return nil }
        let indent = indent(line)
        return lines[line - 1].dropFirst(indent).hasPrefix("- ") ? indent : nil
    }

    /// The line after an item that begins at a line: what is indented deeper belongs to it.
    private func end(ofItemAt line: Int, dash: Int) -> Int {
        var end = line + 1
        var last = end
        while end <= lines.count {
            let text = lines[end - 1]
            let isBlank = text.allSatisfy { $0 == " " }
            let isComment = text.drop { $0 == " " }.hasPrefix("#")
            if !isBlank, !isComment {
                if indent(end) <= dash { break }
                last = end + 1
            }
            end += 1
        }
        return last
    }

    private mutating func insertItem(
        _ rule: String, into items: Node.Sequence, list: String, _ node: Node
    ) -> Bool {
        guard let last = items.last?.mark else {
            // `files: []`
            guard let line = node.mark?.line, replace("\(list): []", "\(list): [\(rule)]", line)
            else { return false }
            return true
        }
        if let dash = dash(last.line) {
            let line = end(ofItemAt: last.line, dash: dash)
            lines.insert(Self.blanks(dash) + "- " + rule, at: line - 1)
            return true
        }
        // A list on one line.
        guard let line = node.mark?.line, line == last.line,
            let bracket = lines[line - 1].lastIndex(of: "]")
        else { return false }
        lines[line - 1].replaceSubrange(bracket...bracket, with: ", \(rule)]")
        return true
    }

    private mutating func insertList(_ list: String, _ rule: String, into entry: Node) -> Bool {
        guard let line = entry["executable"]?.mark?.line, let dash = dash(line) else {
            return false
        }
        lines.insert(
            contentsOf: [
                Self.blanks(dash + 2) + "\(list):", Self.blanks(dash + 4) + "- \(rule)",
            ], at: line)
        return true
    }

    private mutating func insertEntry(
        _ subject: String, _ list: String, _ rule: String, indent: Int, _ all: Node.Sequence
    ) -> Bool {
        guard let last = all.last?.mark?.line, dash(last) == indent else { return false }
        let line = end(ofItemAt: last, dash: indent)
        lines.insert(
            contentsOf: [
                Self.blanks(indent) + "- executable: \(YAMLText.scalar(subject))",
                Self.blanks(indent + 2) + "\(list):", Self.blanks(indent + 4) + "- \(rule)",
            ], at: line - 1)
        return true
    }

    private mutating func remove(
        item mark: Mark, of items: Node.Sequence, _ entry: Node, _ list: String
    ) -> Bool {
        guard let dash = dash(mark.line) else { return false }
        lines.removeSubrange((mark.line - 1)..<(end(ofItemAt: mark.line, dash: dash) - 1))
        guard items.count == 1 else { return true }
        // A key without items would be nothing: it goes too.
        let above = mark.line - 1
        guard above >= 1, lines[above - 1].drop(while: { $0 == " " }) == "\(list):" else {
            return false
        }
        lines.remove(at: above - 1)
        return true
    }

    private mutating func setAccess(_ change: ProfileDiff.Change, at line: Int) -> Bool {
        guard case .file(_, let access) = change.rule, let dash = dash(line) else { return false }
        for at in line..<end(ofItemAt: line, dash: dash) {
            let text = lines[at - 1]
            guard let start = text.range(of: "access: ["),
                let close = text[start.upperBound...].firstIndex(of: "]")
            else { continue }
            lines[at - 1].replaceSubrange(
                start.upperBound..<close, with: access.words.joined(separator: ", "))
            return true
        }
        return false
    }

    private mutating func replace(_ old: String, _ new: String, _ line: Int) -> Bool {
        guard let range = lines[line - 1].range(of: old) else { return false }
        lines[line - 1].replaceSubrange(range, with: new)
        return true
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}

extension String {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

extension ExecutableRules {
    fileprivate func reason(of rule: RuleDescription) -> String? {
        switch rule {
        case .exec(let path): exec.first { $0.path == path }?.reason
        case .file(let path, _): files.first { $0.path == path }?.reason
        case .egress(let proto, let prefix, let ports):
            egress.first { $0.proto == proto && $0.prefix == prefix && $0.ports == ports }?.reason
        case .listen(let proto, let prefix, let ports):
            listen.first { $0.proto == proto && $0.prefix == prefix && $0.ports == ports }?.reason
        case .capability(let capability):
            capabilities.first { $0.capability == capability }?.reason
        case .act(let act): acts.first { $0.act == act }?.reason
        }
    }
}
