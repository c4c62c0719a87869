/// Where a record's numbers are put while it is read. The first twelve serve flows and events.
enum NumberSlot: UInt8 {
    case processCreateTime, processPID, time, tid, operations, endTime, result, fd
    case readOperations, writeOperations, readBytes, writeBytes
    case source, sourcePort, destination, destinationPort, proto, openFlags
    case threadsCloned, threadsExited, cloneErrors
    case state, parentCreateTime, parentPID, uid, gid, tty, entry, resourceType
    case containerType, privileged, version, restartCount, kind, action
    case port, targetPort, nodePort, item
    case cgroupID, inode, device, lossCount, sequence
    static let count = 44
}

enum StringSlot: UInt8 {
    case id, name, image, imageID, containerID, podID, exe, exeArgs, userName, groupName, cwd
    case path, exporter, ip, filename, nodeName, namespace, message
    case portProtocol, serviceID, serviceName, serviceNamespace, key, item
    case imageDigest, cause, dimension, outcome, object, profile, digest
    static let count = 31
}

enum FileSlot: UInt8 { case file, newFile }

/// Optional fields; set when the datum holds the field's value.
enum PresenceBit: UInt8 {
    case parent, containerID, podID, newFile, addresses, inode, imageDigest, cgroupID, digest
}

/// What becomes of an element of an array or map, once its own program has run.
enum ElementAction: UInt8 {
    case drop, appendString, appendHostIP, appendInternalIP, appendClusterIP, setLabel, setSelector
    case appendPort, appendService
}

/// One step of reading a datum. Programs lie one behind the other in `Plan.program` and each
/// ends with `end`; a program is named by the index of its first instruction.
enum Instruction {
    case end
    case long(NumberSlot)
    case int(NumberSlot)
    case boolean(NumberSlot)
    /// The symbols' values are `Plan.symbols[first ..< first + count]`.
    case enumeration(NumberSlot, first: Int32, count: UInt16)
    case string(StringSlot)
    case fileID(FileSlot)
    /// 32 bytes: two addresses, source and destination.
    case addresses
    /// Bytes that are no text; kept in `RecordDecoder.digest`.
    case digest
    case present(PresenceBit)
    /// A field that the writer's schema lacks, or that is null: a constant.
    case setNumber(NumberSlot, Int32)
    case clearString(StringSlot)
    case clearFile(FileSlot)
    case skipNumber
    case skipBoolean
    case skipString
    case skipFixed(Int32)
    /// The branches' programs are `Plan.branches[first ..< first + count]`.
    case union(first: Int32, count: Int32)
    case array(element: Int32, ElementAction)
    case map(element: Int32, ElementAction)
    case call(Int32)
}

/// The twelve kinds of record of version 5, and those of the dialect `loadline`.
enum RecordKind: UInt8, CaseIterable {
    case header, container, process, file, processEvent, networkFlow, fileFlow, fileEvent
    case networkEvent, processFlow, pod, kubernetesEvent
    case loss, verdict, socketEvent
}

/// A writer's schema, compiled once per file into a flat program.
struct Plan {
    /// A branch of the top-level union: what it is, nil if nothing known, and how to read it.
    struct Branch {
        var kind: RecordKind?
        var name: String
        var program: Int32
    }

    var program: [Instruction] = []
    var branches: [Int32] = []
    var symbols: [Int32] = []
    /// Branches of the datum's union. Without `isUnion` there is one and no branch number is read.
    var records: [Branch] = []
    var isUnion = false
    /// What stands around the union in the top-level record; mostly nothing.
    var before: Int32 = 0
    var after: Int32 = 0
    /// Branches of the field `more`, nil for its null: a record there stands for the one in the
    /// union. Empty without such a field.
    var more: [Branch?] = []
    /// The first record of each block says how many stand before it in the file, plus 1.
    var hasSequence = false
    /// What stands behind `more`.
    var end: Int32 = 0
    /// Flows from before version 1 number their operations without SETUID and SETNS.
    var hasEarlyOperations = false
    /// Fields of known records that this reader has no place for, as "Record.field".
    var unknownFields: [String] = []
    /// Records that this reader does not know.
    var unknownRecords: [String] = []
}
