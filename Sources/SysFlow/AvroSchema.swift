/// A writer's schema: a type, with the named types that it mentions in a table.
struct AvroSchema {
    indirect enum Kind {
        case null, boolean, int, long, float, double, bytes, string
        case array(Kind)
        case map(Kind)
        case union([Kind])
        /// Index into `named`.
        case named(Int)
    }

    struct Field {
        var name: String
        /// What else its writer calls it.
        var aliases: [String] = []
        var kind: Kind

        func isCalled(_ name: String) -> Bool { self.name == name || aliases.contains(name) }
    }

    enum Definition {
        case record([Field])
        case enumeration([String])
        case fixed(Int)
    }

    struct Named {
        /// Without its namespace: the versions of SysFlow do not agree on those.
        var name: String
        /// The same, of what else its writer calls it.
        var aliases: [String] = []
        var definition: Definition
    }

    var root: Kind
    var named: [Named]
}

/// Reads the JSON text of a schema. Logical types are ignored: early SysFlow files label
/// nanoseconds `timestamp-millis`.
struct AvroSchemaParser {
    private var named: [AvroSchema.Named] = []
    private var indexes: [String: Int] = [:]

    static func parse(_ text: [UInt8]) throws(SchemaError) -> AvroSchema {
        let json = try JSONParser.parse(text)
        var parser = AvroSchemaParser()
        let root = try parser.kind(json, namespace: "")
        return AvroSchema(root: root, named: parser.named)
    }

    private mutating func kind(
        _ json: JSONValue, namespace: String
    ) throws(SchemaError) -> AvroSchema.Kind {
        switch json {
        case .string(let name): return try reference(name, namespace: namespace)
        case .array(let branches):
            var kinds: [AvroSchema.Kind] = []
            for branch in branches { kinds.append(try kind(branch, namespace: namespace)) }
            return .union(kinds)
        case .object: return try complex(json, namespace: namespace)
        default: throw SchemaError("a type is neither a name, an object nor a list")
        }
    }

    private func reference(_ name: String, namespace: String) throws(SchemaError) -> AvroSchema.Kind
    {
        switch name {
        case "null": return .null
        case "boolean": return .boolean
        case "int": return .int
        case "long": return .long
        case "float": return .float
        case "double": return .double
        case "bytes": return .bytes
        case "string": return .string
        default: break
        }
        guard let index = indexes[Self.fullName(name, namespace: namespace)] ?? indexes[name]
        else { throw SchemaError("the type \"\(name)\" is not defined before its use") }
        return .named(index)
    }

    private mutating func complex(
        _ json: JSONValue, namespace: String
    ) throws(SchemaError) -> AvroSchema.Kind {
        guard let type = json["type"] else { throw SchemaError("a type has no \"type\"") }
        switch type.string {
        case "array":
            guard let items = json["items"] else { throw SchemaError("an array has no \"items\"") }
            return .array(try kind(items, namespace: namespace))
        case "map":
            guard let values = json["values"] else { throw SchemaError("a map has no \"values\"") }
            return .map(try kind(values, namespace: namespace))
        case "record", "error", "enum", "fixed":
            return try definition(json, of: type.string ?? "", namespace: namespace)
        default: return try kind(type, namespace: namespace)
        }
    }

    private mutating func definition(
        _ json: JSONValue, of type: String, namespace: String
    ) throws(SchemaError) -> AvroSchema.Kind {
        guard let name = json["name"]?.string else { throw SchemaError("a \(type) has no name") }
        guard named.count < TraceLimits.namedTypes else {
            throw SchemaError("more than \(TraceLimits.namedTypes) named types")
        }
        let full = Self.fullName(name, namespace: json["namespace"]?.string ?? namespace)
        let (inner, simple) = Self.split(full)
        let index = named.count
        guard indexes.updateValue(index, forKey: full) == nil else {
            throw SchemaError("the type \"\(full)\" is defined twice")
        }
        let aliases = (json["aliases"]?.array ?? []).compactMap(\.string).map {
            Self.split($0).name
        }
        named.append(.init(name: simple, aliases: aliases, definition: .record([])))
        named[index].definition =
            switch type {
            case "enum": .enumeration(try symbols(json, of: full))
            case "fixed": .fixed(try size(json, of: full))
            default: .record(try fields(json, of: full, namespace: inner))
            }
        return .named(index)
    }

    private func symbols(_ json: JSONValue, of name: String) throws(SchemaError) -> [String] {
        let symbols = (json["symbols"]?.array ?? []).compactMap(\.string)
        guard !symbols.isEmpty else { throw SchemaError("the enum \"\(name)\" has no symbols") }
        return symbols
    }

    private func size(_ json: JSONValue, of name: String) throws(SchemaError) -> Int {
        guard case .number(let number?) = json["size"],
            let size = Int(exactly: number), size >= 0, size <= TraceLimits.blockBytes
        else { throw SchemaError("the fixed type \"\(name)\" has no usable size") }
        return size
    }

    private mutating func fields(
        _ json: JSONValue, of record: String, namespace: String
    ) throws(SchemaError) -> [AvroSchema.Field] {
        guard let list = json["fields"]?.array else {
            throw SchemaError("the record \"\(record)\" has no fields")
        }
        var fields: [AvroSchema.Field] = []
        for field in list {
            guard let name = field["name"]?.string, let type = field["type"] else {
                throw SchemaError("a field of \"\(record)\" has no name or no type")
            }
            let aliases = (field["aliases"]?.array ?? []).compactMap(\.string)
            fields.append(
                .init(name: name, aliases: aliases, kind: try kind(type, namespace: namespace)))
        }
        return fields
    }

    private static func fullName(_ name: String, namespace: String) -> String {
        name.utf8.contains(UInt8(ascii: ".")) || namespace.isEmpty ? name : "\(namespace).\(name)"
    }

    private static func split(_ full: String) -> (namespace: String, name: String) {
        guard let dot = full.lastIndex(of: ".") else { return ("", full) }
        return (String(full[..<dot]), String(full[full.index(after: dot)...]))
    }
}
