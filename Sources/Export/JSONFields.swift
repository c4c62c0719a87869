internal import Query
internal import SysFlow

/// Prints chosen fields of events and flows as JSON objects, one a line.
struct JSONFields: Sendable {
    /// What stands before a value, and whether the group of the value ends behind it.
    fileprivate struct Field: Sendable {
        var attribute: Attribute
        var before: [UInt8]
        var after: [UInt8]
    }

    private var fields: [Field] = []
    private var clock = UTCClock()

    /// - Parameter isNested: `proc.pid` is `pid` of the object `proc`, at the place of the group's
    ///   first field; otherwise the keys are whole names.
    init(_ attributes: [Attribute], isNested: Bool) {
        var separator = "{"
        guard isNested else {
            for attribute in attributes {
                fields.append(Field(attribute, before: "\(separator)\"\(attribute.name)\":"))
                separator = ","
            }
            fields[fields.count - 1].after = Array("}\n".utf8)
            return
        }
        for (group, members) in Self.grouped(attributes) {
            if let group { separator += "\"\(group)\":{" }
            for attribute in members {
                let key = attribute.name.split(separator: ".").last ?? ""
                fields.append(Field(attribute, before: "\(separator)\"\(key)\":"))
                separator = ","
            }
            if group != nil { fields[fields.count - 1].after = Array("}".utf8) }
        }
        fields[fields.count - 1].after += Array("}\n".utf8)
    }

    mutating func append(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, number: Int,
        to line: inout [UInt8]
    ) {
        for field in fields {
            line.append(contentsOf: field.before)
            let value = FieldValue(
                field.attribute, of: occurrence, in: tables, number: number)
            line.appendJSON(value, of: field.attribute, &clock)
            line.append(contentsOf: field.after)
        }
    }

    /// Attributes by what stands before the dot, in the order of the first of each group.
    private static func grouped(_ attributes: [Attribute]) -> [(String?, [Attribute])] {
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

extension JSONFields.Field {
    fileprivate init(_ attribute: Attribute, before: String) {
        self.attribute = attribute
        self.before = Array(before.utf8)
        after = []
    }
}
