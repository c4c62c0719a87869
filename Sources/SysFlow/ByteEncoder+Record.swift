/// The branches of the union and the fields in the order of `SchemaV5.text` and, in the dialect
/// `loadline`, of what that adds.
extension ByteEncoder {
    /// Appends the datum of a record.
    ///
    /// - Parameter sequence: for the dialect `loadline`, what `Dialect` says of it.
    /// - Returns: false, with nothing appended, if version 5 has no room for it and the dialect is
    ///   `sysflow`: an IPv6 address, a loss, a verdict.
    mutating func record(_ record: Record, sequence: Int64 = 0) -> Bool {
        guard dialect == .loadline else { return branch(record) }
        if appendsToMore(record) {
            // A Container that nothing cites, in the fewest bytes.
            container(
                Container(
                    id: "", name: "", image: "", imageID: "", type: .custom, privileged: false))
            long(sequence)
            more(record)
        } else {
            _ = branch(record)
            long(sequence)
            long(0)
        }
        return true
    }

    private func appendsToMore(_ record: Record) -> Bool {
        switch record {
        case .networkEvent, .loss, .verdict: true
        default: false
        }
    }

    private mutating func more(_ record: Record) {
        switch record {
        case .networkEvent(let value):
            long(1)
            event(value.process, value.time, value.tid, value.operations)
            address(value.source)
            address(value.destination)
            int(Int32(value.sourcePort))
            int(Int32(value.destinationPort))
            int(value.proto)
            int(value.result)
        case .loss(let value):
            long(2)
            long(value.time)
            optional(value.containerID) { $0.string($1) }
            string(value.kind)
            string(value.cause)
            long(value.count)
        case .verdict(let value):
            long(3)
            processID(value.process)
            long(value.time)
            long(value.tid)
            string(value.dimension)
            string(value.outcome)
            list(value.access) { $0.string($1) }
            string(value.object)
            string(value.profile)
        default: long(0)
        }
    }

    private mutating func branch(_ record: Record) -> Bool {
        switch record {
        case .header(let value): header(value)
        case .container(let value): container(value)
        case .process(let value): process(value)
        case .file(let value): file(value)
        case .processEvent(let value): processEvent(value)
        case .networkFlow(let value): return networkFlow(value)
        case .fileFlow(let value): fileFlow(value)
        case .fileEvent(let value): fileEvent(value)
        case .networkEvent(let value): return networkEvent(value)
        case .processFlow(let value): processFlow(value)
        case .pod(let value): pod(value)
        case .kubernetesEvent(let value): kubernetesEvent(value)
        case .loss, .verdict: return false
        }
        return true
    }

    private mutating func header(_ value: Header) {
        long(0)
        long(value.version)
        string(value.exporter)
        string(value.ip)
        string(value.filename)
    }

    private mutating func container(_ value: Container) {
        long(1)
        string(value.id)
        string(value.name)
        string(value.image)
        string(value.imageID)
        int(value.type.rawValue)
        boolean(value.privileged)
        optional(value.podID) { $0.string($1) }
        guard dialect == .loadline else { return }
        optional(value.imageDigest) { $0.string($1) }
        optional(value.cgroupID) { $0.long(Int64(bitPattern: $1)) }
    }

    private mutating func process(_ value: Process) {
        long(2)
        int(value.state.rawValue)
        processID(value.oid)
        optional(value.parent) { $0.processID($1) }
        long(value.time)
        string(value.exe)
        string(value.exeArgs)
        int(value.uid)
        string(value.userName)
        int(value.gid)
        string(value.groupName)
        boolean(value.tty)
        optional(value.containerID) { $0.string($1) }
        if dialect == .loadline { long(value.entry == nil ? 1 : 0) }
        if dialect == .sysflow || value.entry != nil { boolean(value.entry ?? false) }
        string(value.cwd)
        list(value.env) { $0.string($1) }
    }

    private mutating func file(_ value: File) {
        long(3)
        int(value.state.rawValue)
        fileID(value.oid)
        long(value.time)
        int(value.resourceType)
        string(value.path)
        optional(value.containerID) { $0.string($1) }
        guard dialect == .loadline else { return }
        optional(value.inode) { encoder, inode in
            encoder.long(Int64(inode.device))
            encoder.long(Int64(bitPattern: inode.number))
        }
        optional(value.digest) { $0.raw($1) }
    }

    private mutating func processEvent(_ value: ProcessEvent) {
        long(4)
        event(value.process, value.time, value.tid, value.operations)
        list(value.args) { $0.string($1) }
        int(value.result)
    }

    private mutating func networkFlow(_ value: NetworkFlow) -> Bool {
        let (source, destination) = (value.source.v4, value.destination.v4)
        let fits = source != nil && destination != nil
        guard fits || dialect == .loadline else { return false }
        long(5)
        event(value.process, value.time, value.tid, value.operations)
        long(value.endTime)
        endpoint(source ?? 0, value.sourcePort)
        endpoint(destination ?? 0, value.destinationPort)
        int(value.proto)
        descriptor(value.fd)
        volume(value.volume)
        guard dialect == .loadline else { return true }
        long(fits ? 0 : 1)
        if !fits {
            address(value.source)
            address(value.destination)
        }
        return true
    }

    /// Version 5 has no word for none but the one for a bad descriptor.
    private mutating func descriptor(_ value: Int32?) {
        int(value ?? (dialect == .sysflow ? -1 : SchemaV5.noDescriptor))
    }

    private mutating func fileFlow(_ value: FileFlow) {
        long(6)
        event(value.process, value.time, value.tid, value.operations)
        int(value.openFlags.rawValue)
        long(value.endTime)
        fileID(value.file)
        descriptor(value.fd)
        volume(value.volume)
    }

    private mutating func fileEvent(_ value: FileEvent) {
        long(7)
        event(value.process, value.time, value.tid, value.operations)
        fileID(value.file)
        int(value.result)
        optional(value.newFile) { $0.fileID($1) }
    }

    private mutating func networkEvent(_ value: NetworkEvent) -> Bool {
        guard let source = value.source.v4, let destination = value.destination.v4 else {
            return false
        }
        long(8)
        event(value.process, value.time, value.tid, value.operations)
        endpoint(source, value.sourcePort)
        endpoint(destination, value.destinationPort)
        int(value.proto)
        int(value.result)
        return true
    }

    private mutating func processFlow(_ value: ProcessFlow) {
        long(9)
        processID(value.process)
        long(value.time)
        long(value.threadsCloned)
        int(value.operations.rawValue)
        long(value.endTime)
        long(value.threadsExited)
        long(value.cloneErrors)
    }

    private mutating func pod(_ value: Pod) {
        long(10)
        long(value.time)
        string(value.id)
        string(value.name)
        string(value.nodeName)
        list(value.hostIP) { $0.long($1) }
        list(value.internalIP) { $0.long($1) }
        string(value.namespace)
        long(value.restartCount)
        map(value.labels)
        map(value.selectors)
        list(value.services) { $0.service($1) }
    }

    private mutating func service(_ value: Service) {
        string(value.name)
        string(value.id)
        string(value.namespace)
        list(value.portList) { encoder, port in
            encoder.int(port.port)
            encoder.int(port.targetPort)
            encoder.int(port.nodePort)
            encoder.string(port.proto)
        }
        list(value.clusterIP) { $0.long($1) }
    }

    /// A number outside the schema's symbols is written as its last symbol, the unknown one.
    private mutating func kubernetesEvent(_ value: KubernetesEvent) {
        long(11)
        symbol(value.kind, of: SchemaV5.kubernetesComponents)
        symbol(value.action, of: SchemaV5.kubernetesActions)
        long(value.time)
        string(value.message)
    }

    private mutating func symbol(_ value: Int32, of symbols: [String]) {
        int(symbols.indices.contains(Int(value)) ? value : Int32(symbols.count - 1))
    }

    private mutating func event(
        _ process: ProcessID, _ time: Int64, _ tid: Int64, _ operations: Operations
    ) {
        processID(process)
        long(time)
        long(tid)
        int(operations.rawValue)
    }

    private mutating func processID(_ value: ProcessID) {
        long(value.createTime)
        long(value.hostPID)
    }

    /// The in_addr, its bytes in network order, read as a little-endian number.
    private mutating func endpoint(_ address: UInt32, _ port: UInt16) {
        int(Int32(bitPattern: address.byteSwapped))
        int(Int32(port))
    }

    private mutating func volume(_ value: Volume) {
        long(value.readOperations)
        long(value.writeOperations)
        long(value.readBytes)
        long(value.writeBytes)
    }
}
