internal import SysFlow

/// The parts of a flat line, made from entities. Keys and their order are the public tools'.
enum FlatText {
    /// The state of its process or, where it has none, of its file.
    static func state(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> ObjectState? {
        if let place = occurrence.process { return tables.processes.values[Int(place.slot)].state }
        return occurrence.file.map { tables.files.values[Int($0.slot)].state }
    }

    static func head(
        _ occurrence: Occurrence, _ state: ObjectState?, to text: inout [UInt8]
    ) {
        text.append("{\"version\":\"4\",\"type\":\"\(occurrence.kind.code)\",\"state\":\"")
        text.append(state?.symbol ?? "")
        text.append("\",\"opflags\":\"")
        text.append(occurrence.operations?.flatText ?? "")
        text.append("\",\"opflags_bitmap\":")
        text.append(occurrence.operations.map { String($0.rawValue) } ?? "\"\"")
        text.append(",\"ret\":")
        if occurrence.endTime != nil { text.append(flowTimes) }
    }

    /// What stands behind `ret` of a flow, up to the value of `proc.pid`. Nearly all flows' times
    /// have so many digits; they are written over these.
    static let flowTimes =
        "null,\"ts\":\"0000-00-00T00:00:00.000000\",\"ts_uts\":0000000000000000000"
        + ",\"endts\":\"0000-00-00T00:00:00.000000\",\"endts_uts\":0000000000000000000"
        + ",\"proc.pid\":"

    /// Where in `flowTimes` each time begins, counted from its end.
    struct TimePlaces: Sendable {
        let startText: Int
        let startNanoseconds: Int
        let endText: Int
        let endNanoseconds: Int

        init() {
            endNanoseconds = ",\"proc.pid\":".utf8.count + 19
            endText = endNanoseconds + "\",\"endts_uts\":".utf8.count + 26
            startNanoseconds = endText + ",\"endts\":\"".utf8.count + 19
            startText = startNanoseconds + "\",\"ts_uts\":".utf8.count + 26
        }
    }

    static func process(_ process: Process?, to text: inout [UInt8]) {
        text.append(",\"proc.uid\":")
        text.append(process.map { String($0.uid) } ?? "null")
        text.field(",\"proc.user\":", process?.userName)
        text.append(",\"proc.gid\":")
        text.append(process.map { String($0.gid) } ?? "null")
        text.field(",\"proc.group\":", process?.groupName)
        text.field(",\"proc.cwd\":", process?.cwd)
        text.field(",\"proc.exe\":", process?.exe)
        text.field(",\"proc.args\":", process?.exeArgs)
        text.field(",\"proc.tty\":", process?.tty)
        text.field(",\"proc.entry\":", process?.statedEntry)
        text.field(",\"proc.env\":", process?.flatEnvironment)
        text.append(",\"proc.createts\":")
        text.append(process.map { String($0.oid.createTime) } ?? "null")
    }

    static func parent(_ parent: Process?, to text: inout [UInt8]) {
        text.append(",\"pproc.pid\":")
        text.append(parent.map { String($0.oid.hostPID) } ?? "null")
        text.append(",\"pproc.gid\":")
        text.append(parent.map { String($0.gid) } ?? "null")
        text.append(",\"pproc.uid\":")
        text.append(parent.map { String($0.uid) } ?? "null")
        text.field(",\"pproc.group\":", parent?.groupName)
        text.field(",\"pproc.tty\":", parent?.tty)
        text.field(",\"pproc.entry\":", parent?.statedEntry)
        text.field(",\"pproc.env\":", parent?.flatEnvironment)
        text.field(",\"pproc.user\":", parent?.userName)
        text.field(",\"pproc.cwd\":", parent?.cwd)
        text.field(",\"pproc.exe\":", parent?.exe)
        text.field(",\"pproc.args\":", parent?.exeArgs)
        text.append(",\"pproc.createts\":")
        text.append(parent.map { String($0.oid.createTime) } ?? "\"\"")
        text.append(",\"file.fd\":")
    }

    /// Of what concerns files: `file.path` to the value of `flow.rbytes`.
    static func resource(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to text: inout [UInt8]
    ) {
        let file = occurrence.file.map { tables.files.values[Int($0.slot)] }
        let newFile = occurrence.newFile.map { tables.files.values[Int($0.slot)] }
        text.append(",\"file.path\":\"")
        let path = file?.path ?? ""
        text.appendEscaped(path)
        text.append("\"")
        text.field(",\"file.newpath\":", newFile?.path)
        text.field(",\"file.type\":", file?.typeText)
        text.append(",\"file.openflags\":")
        if let flags = occurrence.openFlags {
            text.appendDecimal(Int64(flags.rawValue))
        } else {
            text.append("\"\"")
        }
        text.append(betweenFlagsAndResource)
        text.appendEscaped(path)
        if let newFile {
            text.append(", ")
            text.appendEscaped(newFile.path)
        }
        text.append("\",\"flow.rbytes\":")
    }

    private static let betweenFlagsAndResource =
        ",\"net.proto\":\"\",\"net.sport\":null,\"net.dport\":null,\"net.sip\":\"\""
        + ",\"net.dip\":\"\",\"res\":\""

    /// Of what concerns connections: `file.path` to the value of `net.proto`.
    static func connection(to text: inout [UInt8]) {
        text.field(",\"file.path\":", "")
        text.field(",\"file.newpath\":", "")
        text.field(",\"file.type\":", "")
        text.field(",\"file.openflags\":", "")
        text.append(",\"net.proto\":")
    }

    static let noThreads = Array(
        ",\"pf.nthreads\":null,\"pf.nexits\":null,\"pf.nerrors\":null".utf8)
    static let noKubernetes = Array(
        ",\"k8s.action\":\"\",\"k8s.kind\":\"\",\"k8s.msg\":\"\"}\n".utf8)

    static func tail(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to text: inout [UInt8]
    ) {
        let container = occurrence.container.map { tables.containers.values[Int($0.slot)] }
        let pod = occurrence.pod.map { tables.pods.values[Int($0.slot)] }
        text += noThreads
        text.field(",\"container.id\":", container?.id)
        text.field(",\"container.name\":", container?.name)
        text.field(",\"container.imageid\":", container?.imageID)
        text.field(",\"container.image\":", container?.image)
        text.field(",\"container.type\":", container?.type.symbol)
        text.field(",\"container.privileged\":", container?.privileged)
        text.field(",\"pod.id\":", pod?.id)
        text.field(",\"pod.name\":", pod?.name)
        text.field(",\"pod.nname\":", pod?.nodeName)
        text.append(",\"pod.hostip\":")
        text.addresses(pod?.hostIP)
        text.append(",\"pod.internalip\":")
        text.addresses(pod?.internalIP)
        text.field(",\"pod.ns\":", pod?.namespace)
        text.append(",\"pod.rstrtcnt\":")
        text.append(pod.map { String($0.restartCount) } ?? "null")
        text.append(",\"pod.services\":")
        if let pod { text.appendServices(pod.services) } else { text.append("\"\"") }
        text.field(",\"node.id\":", tables.header?.exporter)
        text.field(",\"node.ip\":", tables.header?.ip)
        text.field(",\"filename\":", tables.header?.filename)
        text.append(",\"schema\":")
        text.append(tables.header.map { String($0.version) } ?? "\"\"")
        text.append(",\"tags\":[]")
        text += noKubernetes
    }
}

extension Process {
    /// Whether it is the container's first; nil where the trace's schema does not say.
    var statedEntry: Bool? { entry }
}

extension [UInt8] {
    /// A further field: its key and the text, or the empty one where there is none.
    fileprivate mutating func field(_ key: String, _ value: String?) {
        append(key)
        appendJSON(value ?? "")
    }

    fileprivate mutating func field(_ key: String, _ value: Bool?) {
        append(key)
        append(value.map { $0 ? "true" : "false" } ?? "\"\"")
    }

    fileprivate mutating func addresses(_ addresses: [Int64]?) {
        guard let addresses else {
            append("\"\"")
            return
        }
        list(addresses) { $0.appendJSON(IPAddress(podAddress: $1).description) }
    }

    /// As the public tools do: names of the schema, cluster addresses as text.
    mutating func appendServices(_ services: [Service]) {
        list(services) { text, service in
            text.append("{\"name\":")
            text.appendJSON(service.name)
            text.append(",\"id\":")
            text.appendJSON(service.id)
            text.append(",\"namespace\":")
            text.appendJSON(service.namespace)
            text.append(",\"portList\":")
            text.list(service.portList) { text, port in
                text.append("{\"port\":\(port.port),\"targetPort\":\(port.targetPort)")
                text.append(",\"nodePort\":\(port.nodePort),\"proto\":")
                text.appendJSON(port.proto)
                text.append("}")
            }
            text.append(",\"clusterIP\":")
            text.addresses(service.clusterIP)
            text.append("}")
        }
    }

    private mutating func list<Item>(_ items: [Item], _ write: (inout [UInt8], Item) -> Void) {
        append("[")
        for (index, item) in items.enumerated() {
            if index > 0 { append(",") }
            write(&self, item)
        }
        append("]")
    }
}
