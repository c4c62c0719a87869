/// What a trace is written as.
public enum Dialect: String, Sendable, CaseIterable {
    /// SysFlow version 5 exactly. What does not fit is left out and counted.
    case sysflow
    /// Version 5 with fields added by Avro's rules of schema evolution: it holds all that `Record`
    /// does, and readers of version 5 that resolve schemas read of it what they know.
    case loadline

    var schema: String {
        switch self {
        case .sysflow: SchemaV5.text
        case .loadline: Self.loadlineSchema
        }
    }

    /// The public SysFlow library stops at a branch of `rec` that it does not know by name, but
    /// skips fields beside it. So what version 5 has no record for, and NetworkEvent, which that
    /// library does not know either, stands in `more`; `rec` then holds an empty Container that
    /// nothing cites. `sequence` is, in the first record of a block, the number of records before
    /// it in the file and 1; else 0: a block that is gone shows.
    private static let loadlineSchema = SchemaV5.text(
        SchemaV5.Additions(
            container: #"""
                ,
                {"name": "imageDigest", "type": ["null", "string"], "default": null},
                {"name": "cgroupId", "type": ["null", "long"], "default": null}
                """#,
            entryType: #"["boolean", "null"], "default": false"#,
            file: #"""
                ,
                {"name": "inode", "type": ["null", {"type": "record", "name": "Inode", "namespace": "loadline", "fields": [
                 {"name": "device", "type": "long"}, {"name": "number", "type": "long"}
                ]}], "default": null},
                {"name": "digest", "type": ["null", "bytes"], "default": null}
                """#,
            networkFlow: #"""
                ,
                {"name": "addresses", "type": ["null", {"type": "fixed", "name": "Addresses", "namespace": "loadline", "size": 32}], "default": null}
                """#,
            datum: #"""
                ,
                {"name": "sequence", "type": "long", "default": 0},
                {"name": "more", "type": ["null",
                 {"type": "record", "name": "SocketEvent", "namespace": "loadline", "fields": [
                  {"name": "procOID", "type": "sysflow.type.OID"}, {"name": "ts", "type": "long"},
                  {"name": "tid", "type": "long"}, {"name": "opFlags", "type": "int"},
                  {"name": "addresses", "type": "loadline.Addresses"},
                  {"name": "sport", "type": "int"}, {"name": "dport", "type": "int"},
                  {"name": "proto", "type": "int"}, {"name": "ret", "type": "int"}
                 ]},
                 {"type": "record", "name": "Loss", "namespace": "loadline", "fields": [
                  {"name": "ts", "type": "long"}, {"name": "containerId", "type": ["null", "string"]},
                  {"name": "kind", "type": "string"}, {"name": "cause", "type": "string"},
                  {"name": "count", "type": "long"}
                 ]},
                 {"type": "record", "name": "Verdict", "namespace": "loadline", "fields": [
                  {"name": "procOID", "type": "sysflow.type.OID"}, {"name": "ts", "type": "long"},
                  {"name": "tid", "type": "long"}, {"name": "dimension", "type": "string"},
                  {"name": "outcome", "type": "string"},
                  {"name": "access", "type": {"type": "array", "items": "string"}},
                  {"name": "object", "type": "string"}, {"name": "profile", "type": "string"}
                 ]}
                ], "default": null}
                """#))
}
