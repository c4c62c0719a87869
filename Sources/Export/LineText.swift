internal import Query
internal import SysFlow

/// The parts of a line, made from entities. Keys and their order are the public tools'.
struct LineText: Sendable {
    let keys: LineKeys
    /// What stands behind `ret` of a flow, up to the value of `proc.pid`. Nearly all flows' times
    /// have so many digits; they are written over these.
    let flowTimes: [UInt8]
    /// Where in `flowTimes` each time begins, counted from its end.
    let places: TimePlaces
    /// `pf.nthreads` to `pf.nerrors` of what is no ProcessFlow.
    let noThreads: [UInt8]
    /// `k8s.action` to the line's end of what is not of Kubernetes.
    let noKubernetes: [UInt8]
    /// `file.newpath` to the value of `file.type` where there is no second file.
    private let noNewPath: [UInt8]
    /// `net.proto` to the value of `res` where there is no connection.
    private let noConnection: [UInt8]
    private let verdictKeys: LineKeys
    private let lossKeys: LineKeys

    struct TimePlaces: Sendable {
        let startText: Int
        let startNanoseconds: Int
        let endText: Int
        let endNanoseconds: Int

        init(_ keys: LineKeys) {
            endNanoseconds = keys[.processPID].count + 19
            endText = endNanoseconds + 1 + keys[.endNanoseconds].count + 26
            startNanoseconds = endText + keys[.end].count + 1 + 19
            startText = startNanoseconds + 1 + keys[.startNanoseconds].count + 26
        }
    }

    init(isNested: Bool) {
        let keys = LineKeys(RecordPrinter.allFields, isNested: isNested)
        self.keys = keys
        verdictKeys = LineKeys(
            [
                .verdictDimension, .verdictOutcome, .verdictAccess, .verdictObject,
                .verdictProfile,
            ], isNested: isNested, isContinued: true)
        lossKeys = LineKeys(
            [.lossKind, .lossCause, .lossCount], isNested: isNested, isContinued: true)
        let zeros = Array("0000000000000000000".utf8)
        let time = Array("\"0000-00-00T00:00:00.000000\"".utf8)
        let null = Array("null".utf8)
        let empty = Array("\"\"".utf8)
        flowTimes =
            null + keys[.start] + time + keys[.startNanoseconds] + zeros + keys[.end] + time
            + keys[.endNanoseconds] + zeros + keys[.processPID]
        places = TimePlaces(keys)
        noNewPath = keys[.fileNewPath] + empty + keys[.fileType]
        noConnection =
            keys[.networkProtocol] + empty + keys[.sourcePort] + null + keys[.destinationPort]
            + null + keys[.sourceAddress] + empty + keys[.destinationAddress] + empty
            + keys[.resource]
        noThreads =
            keys[.threadsCloned] + null + keys[.threadsExited] + null + keys[.threadErrors] + null
        noKubernetes =
            keys[.kubernetesAction] + empty + keys[.kubernetesKind] + empty
            + keys[.kubernetesMessage] + empty + keys.end
    }

    /// The state of its process or, where it has none, of its file.
    static func state(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> ObjectState? {
        if let place = occurrence.process { return tables.processes.values[Int(place.slot)].state }
        return occurrence.file.map { tables.files.values[Int($0.slot)].state }
    }

    func head(_ occurrence: Occurrence, _ state: ObjectState?, to text: inout [UInt8]) {
        text.field(keys[.version], "4")
        text.field(keys[.type], occurrence.kind.code)
        text.field(keys[.state], state?.symbol)
        text.field(keys[.operations], occurrence.operations?.flatText)
        text.number(keys[.operationBits], occurrence.operations?.rawValue, or: "\"\"")
        text += keys[.result]
        if occurrence.endTime != nil { text += flowTimes }
    }

    func process(_ process: Process?, to text: inout [UInt8]) {
        text.number(keys[.processUID], process?.uid)
        text.field(keys[.processUser], process?.userName)
        text.number(keys[.processGID], process?.gid)
        text.field(keys[.processGroup], process?.groupName)
        text.field(keys[.processDirectory], process?.cwd)
        text.field(keys[.processExecutable], process?.exe)
        text.field(keys[.processArguments], process?.exeArgs)
        text.field(keys[.processTTY], process?.tty)
        text.field(keys[.processEntry], process?.entry)
        text.field(keys[.processEnvironment], process?.flatEnvironment)
        text.number(keys[.processCreated], process?.oid.createTime)
    }

    func parent(_ parent: Process?, to text: inout [UInt8]) {
        text.number(keys[.parentPID], parent?.oid.hostPID)
        text.number(keys[.parentGID], parent?.gid)
        text.number(keys[.parentUID], parent?.uid)
        text.field(keys[.parentGroup], parent?.groupName)
        text.field(keys[.parentTTY], parent?.tty)
        text.field(keys[.parentEntry], parent?.entry)
        text.field(keys[.parentEnvironment], parent?.flatEnvironment)
        text.field(keys[.parentUser], parent?.userName)
        text.field(keys[.parentDirectory], parent?.cwd)
        text.field(keys[.parentExecutable], parent?.exe)
        text.field(keys[.parentArguments], parent?.exeArgs)
        text.number(keys[.parentCreated], parent?.oid.createTime, or: "\"\"")
        text += keys[.fileDescriptor]
    }

    /// Of what concerns files: `file.path` to the value of `flow.rbytes`.
    func resource(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to text: inout [UInt8]
    ) {
        let file = occurrence.file.map { tables.files.values[Int($0.slot)] }
        let newFile = occurrence.newFile.map { tables.files.values[Int($0.slot)] }
        text.field(keys[.filePath], file?.path)
        if let newFile {
            text.field(keys[.fileNewPath], newFile.path)
            text.field(keys[.fileType], file?.typeText)
        } else {
            text.field(noNewPath, file?.typeText)
        }
        text.number(keys[.fileOpenFlags], occurrence.openFlags?.rawValue, or: "\"\"")
        if let newFile {
            text.field(noConnection, (file?.path ?? "") + ", " + newFile.path)
        } else {
            text.field(noConnection, file?.path)
        }
        text += keys[.readBytes]
    }

    /// Of what concerns connections: `file.path` to the value of `net.proto`.
    func connection(to text: inout [UInt8]) {
        text.field(keys[.filePath], "")
        text.field(keys[.fileNewPath], "")
        text.field(keys[.fileType], "")
        text.field(keys[.fileOpenFlags], "")
        text += keys[.networkProtocol]
    }

    func tail(
        _ occurrence: Occurrence, _ tables: borrowing EntityTables, to text: inout [UInt8]
    ) {
        let container = occurrence.container.map { tables.containers.values[Int($0.slot)] }
        let pod = occurrence.pod.map { tables.pods.values[Int($0.slot)] }
        text += noThreads
        text.field(keys[.containerID], container?.id)
        text.field(keys[.containerName], container?.name)
        text.field(keys[.containerImageID], container?.imageID)
        text.field(keys[.containerImage], container?.image)
        text.field(keys[.containerType], container?.type.symbol)
        text.field(keys[.containerPrivileged], container?.privileged)
        text.field(keys[.podID], pod?.id)
        text.field(keys[.podName], pod?.name)
        text.field(keys[.podNode], pod?.nodeName)
        text += keys[.podHostAddresses]
        text.addresses(pod?.hostIP)
        text += keys[.podAddresses]
        text.addresses(pod?.internalIP)
        text.field(keys[.podNamespace], pod?.namespace)
        text.number(keys[.podRestarts], pod?.restartCount)
        text += keys[.podServices]
        if let pod { text.appendServices(pod.services) } else { text.append("\"\"") }
        text.field(keys[.nodeID], tables.header?.exporter)
        text.field(keys[.nodeAddress], tables.header?.ip)
        text.field(keys[.traceFile], tables.header?.filename)
        text.number(keys[.schema], tables.header?.version, or: "\"\"")
        text += keys[.tags]
        text.append("[]")
        text += noKubernetes
    }

    /// The end of the tail where it is not `noKubernetes`: the keys of some kinds of lines.
    func ending(_ occurrence: Occurrence, _ tables: borrowing EntityTables) -> [UInt8]? {
        switch occurrence.kind {
        case .kubernetesEvent: tables.kubernetesEvent(of: occurrence).map { ending($0) }
        case .verdict: tables.verdict(of: occurrence).map { ending($0) }
        case .loss: tables.loss(of: occurrence).map { ending($0) }
        default: nil
        }
    }

    private func ending(_ event: KubernetesEvent) -> [UInt8] {
        var text: [UInt8] = []
        text.field(keys[.kubernetesAction], event.actionSymbol)
        text.field(keys[.kubernetesKind], event.kindSymbol)
        text.field(keys[.kubernetesMessage], event.message)
        return text + keys.end
    }

    private func ending(_ verdict: VerdictRecord) -> [UInt8] {
        var text = Array(noKubernetes.dropLast(keys.end.count))
        text.field(verdictKeys[.verdictDimension], verdict.dimension)
        text.field(verdictKeys[.verdictOutcome], verdict.outcome)
        text += verdictKeys[.verdictAccess]
        text.list(verdict.access) { $0.appendJSON($1) }
        text.field(verdictKeys[.verdictObject], verdict.object)
        text.field(verdictKeys[.verdictProfile], verdict.profile)
        return text + verdictKeys.end
    }

    private func ending(_ loss: Loss) -> [UInt8] {
        var text = Array(noKubernetes.dropLast(keys.end.count))
        text.field(lossKeys[.lossKind], loss.kind)
        text.field(lossKeys[.lossCause], loss.cause)
        text.number(lossKeys[.lossCount], loss.count)
        return text + lossKeys.end
    }
}

extension [UInt8] {
    /// A field: what stands before its value, and the value, or the empty text where there is none.
    fileprivate mutating func field(_ key: [UInt8], _ value: String?) {
        append(contentsOf: key)
        appendJSON(value ?? "")
    }

    fileprivate mutating func field(_ key: [UInt8], _ value: Bool?) {
        append(contentsOf: key)
        append(value.map { $0 ? "true" : "false" } ?? "\"\"")
    }

    fileprivate mutating func number(
        _ key: [UInt8], _ value: (some FixedWidthInteger)?, or absent: String = "null"
    ) {
        append(contentsOf: key)
        if let value { appendDecimal(Int64(value)) } else { append(absent) }
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

    fileprivate mutating func list<Item>(_ items: [Item], _ write: (inout [UInt8], Item) -> Void) {
        append("[")
        for (index, item) in items.enumerated() {
            if index > 0 { append(",") }
            write(&self, item)
        }
        append("]")
    }
}
