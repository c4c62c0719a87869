internal import Query

/// What stands between the values of a JSON object's fields.
struct JSONLayout: Sendable {
    /// In the order in which they are printed.
    private(set) var attributes: [Attribute] = []
    /// Before the value of each.
    private(set) var before: [[UInt8]] = []
    /// Behind the last value, to the line's end.
    let end: [UInt8]

    /// - Parameter isNested: `proc.pid` is `pid` of the object `proc`, which stands at the place of
    ///   the group's first field; otherwise the keys are whole names.
    /// - Parameter isContinued: the object has begun, and the last of its fields was, where
    ///   nested, in a group.
    init(_ attributes: [Attribute], isNested: Bool, isContinued: Bool = false) {
        var opening = !isContinued ? "{" : isNested ? "}," : ","
        var closing = ""
        for (group, members) in Self.grouped(attributes, isNested) {
            opening = closing + opening
            if let group { opening += "\"\(group)\":{" }
            for attribute in members {
                let key = group.map { String(attribute.name.dropFirst($0.utf8.count + 1)) }
                self.attributes.append(attribute)
                before.append(Array("\(opening)\"\(key ?? attribute.name)\":".utf8))
                opening = ","
            }
            closing = group == nil ? "" : "}"
        }
        end = Array((closing + "}\n").utf8)
    }

    /// Attributes by what stands before the dot, in the order of the first of each group.
    private static func grouped(
        _ attributes: [Attribute], _ isNested: Bool
    ) -> [(name: String?, members: [Attribute])] {
        guard isNested else { return [(nil, attributes)] }
        var groups: [(name: String?, members: [Attribute])] = []
        for attribute in attributes {
            let parts = attribute.name.split(separator: ".")
            let name = parts.count > 1 ? String(parts[0]) : nil
            if let name, let known = groups.firstIndex(where: { $0.name == name }) {
                groups[known].members.append(attribute)
            } else {
                groups.append((name, [attribute]))
            }
        }
        return groups
    }
}

/// The same by attribute.
struct LineKeys: Sendable {
    private var before: [[UInt8]]
    let end: [UInt8]

    init(_ attributes: [Attribute], isNested: Bool, isContinued: Bool = false) {
        let layout = JSONLayout(attributes, isNested: isNested, isContinued: isContinued)
        before = Array(repeating: [], count: Attribute.allCases.count)
        for (attribute, text) in zip(layout.attributes, layout.before) {
            before[attribute.rawValue] = text
        }
        end = layout.end
    }

    /// What stands before the value of an attribute.
    subscript(_ attribute: Attribute) -> [UInt8] { before[attribute.rawValue] }
}
