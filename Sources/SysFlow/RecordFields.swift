/// Where a field of the writer's schema goes.
indirect enum Target {
    case long(NumberSlot)
    case int(NumberSlot, absent: Int32 = 0)
    case boolean(NumberSlot, absent: Int32 = 0)
    case enumeration(NumberSlot, [String: Int32])
    case string(StringSlot)
    case fileID(FileSlot)
    case addresses
    case digest
    case optional(PresenceBit, Target)
    case record([Member])
    case array(Target, ElementAction)
    case map(Target, ElementAction)
}

/// A field as this reader knows it.
struct Member {
    var name: String
    var target: Target
    /// Without it a record means nothing: a schema that lacks it is refused.
    var isMandatory = false

    init(_ name: String, _ target: Target, mandatory: Bool = false) {
        self.name = name
        self.target = target
        self.isMandatory = mandatory
    }
}

/// The fields of each kind of record, by their published names, over all versions.
enum RecordFields {
    static func members(of kind: RecordKind) -> [Member] {
        switch kind {
        case .header: header
        case .container: container
        case .process: process
        case .file: file
        case .processEvent: event + processEvent
        case .networkFlow:
            event + endpoints + flow + [Member("addresses", .optional(.addresses, .addresses))]
        case .fileFlow: event + fileFlow + flow
        case .fileEvent: event + fileEvent
        case .networkEvent: event + endpoints + [Member("ret", .int(.result))]
        case .processFlow: processFlow
        case .pod: pod
        case .kubernetesEvent: kubernetesEvent
        case .loss: loss
        case .verdict: verdict
        case .socketEvent: socketEvent
        }
    }

    /// The kind that a named type of the writer's is: a record, by its name or else an alias.
    static func kind(of type: AvroSchema.Named) -> RecordKind? {
        guard case .record(let fields) = type.definition else { return nil }
        if let kind = kind(name: type.name, fields: fields) { return kind }
        for alias in type.aliases {
            if let kind = kind(name: alias, fields: fields) { return kind }
        }
        return nil
    }

    /// The kind that a record of the writer's is, by its name and, before version 1, its fields:
    /// what is ProcessEvent today was called ProcessFlow then.
    private static func kind(name: String, fields: [AvroSchema.Field]) -> RecordKind? {
        switch name {
        case "SFHeader": .header
        case "Container": .container
        case "Process": .process
        case "File": .file
        case "ProcessEvent": .processEvent
        case "NetworkFlow": .networkFlow
        case "FileFlow": .fileFlow
        case "FileEvent": .fileEvent
        case "NetworkEvent": .networkEvent
        case "ProcessFlow": fields.contains { $0.name == "ret" } ? .processEvent : .processFlow
        case "Pod": .pod
        case "K8sEvent": .kubernetesEvent
        case "Loss": .loss
        case "Verdict": .verdict
        case "SocketEvent": .socketEvent
        default: nil
        }
    }

    private static let state: [String: Int32] = ["CREATED": 0, "MODIFIED": 1, "REUP": 2]

    private static func processID(_ time: NumberSlot, _ pid: NumberSlot) -> Target {
        .record([
            Member("createTS", .long(time), mandatory: true),
            Member("hpid", .long(pid), mandatory: true),
        ])
    }

    private static var header: [Member] {
        [
            Member("version", .long(.version)), Member("exporter", .string(.exporter)),
            Member("ip", .string(.ip)), Member("filename", .string(.filename)),
        ]
    }

    private static var container: [Member] {
        [
            Member("id", .string(.id), mandatory: true), Member("name", .string(.name)),
            Member("image", .string(.image)), Member("imageid", .string(.imageID)),
            Member("type", .enumeration(.containerType, numbered(SchemaV5.containerTypes))),
            Member("privileged", .boolean(.privileged)),
            Member("podId", .optional(.podID, .string(.podID))),
            Member("imageDigest", .optional(.imageDigest, .string(.imageDigest))),
            Member("cgroupId", .optional(.cgroupID, .long(.cgroupID))),
        ]
    }

    private static var process: [Member] {
        [
            Member("state", .enumeration(.state, state)),
            // Called `type` before version 1.
            Member("type", .enumeration(.state, state)),
            Member("oid", processID(.processCreateTime, .processPID), mandatory: true),
            Member("poid", .optional(.parent, processID(.parentCreateTime, .parentPID))),
            Member("ts", .long(.time)), Member("exe", .string(.exe)),
            Member("exeArgs", .string(.exeArgs)), Member("uid", .int(.uid)),
            Member("userName", .string(.userName)), Member("gid", .int(.gid)),
            Member("groupName", .string(.groupName)), Member("tty", .boolean(.tty)),
            Member("containerId", .optional(.containerID, .string(.containerID))),
            Member("entry", .boolean(.entry, absent: -1)), Member("cwd", .string(.cwd)),
            Member("env", .array(.string(.item), .appendString)),
        ]
    }

    private static var file: [Member] {
        [
            Member("state", .enumeration(.state, state)),
            Member("oid", .fileID(.file), mandatory: true), Member("ts", .long(.time)),
            Member("restype", .int(.resourceType)),
            Member("path", .string(.path), mandatory: true),
            Member("containerId", .optional(.containerID, .string(.containerID))),
            Member(
                "inode",
                .optional(
                    .inode,
                    .record([
                        Member("device", .long(.device), mandatory: true),
                        Member("number", .long(.inode), mandatory: true),
                    ]))),
            Member("digest", .optional(.digest, .digest)),
        ]
    }

    /// What all events and flows but ProcessFlow begin with.
    private static var event: [Member] {
        [
            Member("procOID", processID(.processCreateTime, .processPID), mandatory: true),
            Member("ts", .long(.time)), Member("tid", .long(.tid)),
            Member("opFlags", .int(.operations)),
        ]
    }

    private static var processEvent: [Member] {
        [
            Member("args", .array(.string(.item), .appendString)), Member("ret", .int(.result)),
            // Before version 1 an event had one of these types and no flags.
            Member(
                "type",
                .enumeration(
                    .operations,
                    [
                        "CLONE": Operations.clone.rawValue, "EXEC": Operations.exec.rawValue,
                        "EXIT": Operations.exit.rawValue,
                    ])),
        ]
    }

    private static var endpoints: [Member] {
        [
            Member("sip", .int(.source)), Member("sport", .int(.sourcePort)),
            Member("dip", .int(.destination)), Member("dport", .int(.destinationPort)),
            Member("proto", .int(.proto)),
        ]
    }

    private static var flow: [Member] {
        [
            Member("endTs", .long(.endTime)),
            // Absent before version 1.
            Member("fd", .int(.fd, absent: SchemaV5.noDescriptor)),
            Member("numRRecvOps", .long(.readOperations)),
            Member("numWSendOps", .long(.writeOperations)),
            Member("numRRecvBytes", .long(.readBytes)),
            Member("numWSendBytes", .long(.writeBytes)),
        ]
    }

    private static var fileFlow: [Member] {
        [
            Member("openFlags", .int(.openFlags)),
            Member("fileOID", .fileID(.file), mandatory: true),
        ]
    }

    private static var fileEvent: [Member] {
        [
            Member("fileOID", .fileID(.file), mandatory: true), Member("ret", .int(.result)),
            Member("newFileOID", .optional(.newFile, .fileID(.newFile))),
        ]
    }

    private static var processFlow: [Member] {
        [
            Member("procOID", processID(.processCreateTime, .processPID), mandatory: true),
            Member("ts", .long(.time)), Member("numThreadsCloned", .long(.threadsCloned)),
            Member("opFlags", .int(.operations)), Member("endTs", .long(.endTime)),
            Member("numThreadsExited", .long(.threadsExited)),
            Member("numCloneErrors", .long(.cloneErrors)),
        ]
    }

    private static var pod: [Member] {
        [
            Member("ts", .long(.time)), Member("id", .string(.id), mandatory: true),
            Member("name", .string(.name)), Member("nodeName", .string(.nodeName)),
            Member("hostIP", .array(.long(.item), .appendHostIP)),
            Member("internalIP", .array(.long(.item), .appendInternalIP)),
            Member("namespace", .string(.namespace)), Member("restartCount", .long(.restartCount)),
            Member("labels", .map(.string(.item), .setLabel)),
            Member("selectors", .map(.string(.item), .setSelector)),
            Member("services", .array(.record(service), .appendService)),
        ]
    }

    private static var service: [Member] {
        [
            Member("name", .string(.serviceName), mandatory: true),
            Member("id", .string(.serviceID)),
            Member("namespace", .string(.serviceNamespace)),
            Member("portList", .array(.record(port), .appendPort)),
            Member("clusterIP", .array(.long(.item), .appendClusterIP)),
        ]
    }

    private static var port: [Member] {
        [
            Member("port", .int(.port), mandatory: true), Member("targetPort", .int(.targetPort)),
            Member("nodePort", .int(.nodePort)), Member("proto", .string(.portProtocol)),
        ]
    }

    private static var kubernetesEvent: [Member] {
        [
            Member("kind", .enumeration(.kind, numbered(SchemaV5.kubernetesComponents))),
            Member("action", .enumeration(.action, numbered(SchemaV5.kubernetesActions))),
            Member("ts", .long(.time)), Member("message", .string(.message)),
        ]
    }

    private static var loss: [Member] {
        [
            Member("ts", .long(.time)),
            Member("containerId", .optional(.containerID, .string(.containerID))),
            Member("kind", .string(.name), mandatory: true), Member("cause", .string(.cause)),
            Member("count", .long(.lossCount), mandatory: true),
        ]
    }

    private static var verdict: [Member] {
        [
            Member("procOID", processID(.processCreateTime, .processPID), mandatory: true),
            Member("ts", .long(.time)), Member("tid", .long(.tid)),
            Member("dimension", .string(.dimension), mandatory: true),
            Member("outcome", .string(.outcome), mandatory: true),
            Member("access", .array(.string(.item), .appendString)),
            Member("object", .string(.object), mandatory: true),
            Member("profile", .string(.profile)),
        ]
    }

    private static var socketEvent: [Member] {
        event + [
            Member("addresses", .addresses, mandatory: true),
            Member("sport", .int(.sourcePort)), Member("dport", .int(.destinationPort)),
            Member("proto", .int(.proto)), Member("ret", .int(.result)),
        ]
    }

    private static func numbered(_ symbols: [String]) -> [String: Int32] {
        var numbers: [String: Int32] = [:]
        for (index, symbol) in symbols.enumerated() { numbers[symbol] = Int32(index) }
        return numbers
    }
}
