internal import Events
internal import SensorABI
internal import SysFlow

extension FlowAssembler {
    /// A flow begins. It is exported later, and its file announced with it.
    mutating func open(
        _ event: borrowing FileOpenEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let key = event.key
        let process = actor(header, &counters, emit)
        let file = file(
            event.path, slot: header.slot,
            resourceType: ResourceType.code(inodeMode: event.inodeMode),
            inode: event.inode == 0 ? nil : Inode(device: event.device, number: event.inode),
            time: header.boottime)
        let openFlags = OpenFlags(linux: event.openFlags)
        if widen(.file(key), process: process, file: file, openFlags, event.operations) { return }
        replace(.file(key), now: header.boottime, emit)
        _ = insert(
            Flow(
                object: .file(
                    key, file: file, fd: event.fd, openFlags: openFlags),
                process: process, slot: header.slot, tid: header.tid,
                periodStart: header.boottime, lastActive: header.boottime,
                operations: event.operations))
    }

    /// The same file, touched in a way that the flow did not show yet. False: it is another's.
    private mutating func widen(
        _ key: FlowKey, process: Int32, file: Int32, _ openFlags: OpenFlags, _ operations: UInt32
    ) -> Bool {
        guard let index = find(key), flows[index].process == process,
            case .file(let known, let knownFile, let fd, let flags) = flows[index].object,
            knownFile == file
        else { return false }
        flows[index].object = .file(
            known, file: file, fd: fd, openFlags: flags.union(openFlags))
        flows[index].operations |= operations
        return true
    }

    /// A flow that is still there under the key of a new one has lost its end.
    mutating func replace(_ key: FlowKey, now: UInt64, _ emit: Emit) {
        guard let index = find(key) else { return }
        statistics.flowsReplaced += 1
        export(index, .closed, nil, at: now, emit)
        remove(flow: index)
    }

    mutating func operate(
        _ change: NameChange, _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        // It was counted as lost, as it has no path.
        if change.path.isEmpty { return }
        let header = change.header
        let process = actor(header, &counters, emit)
        let type = resourceType(of: change.operation)
        let file = file(
            RawSpan(_elements: change.path.span), slot: header.slot, resourceType: type,
            time: header.boottime)
        announce(process: process, emit)
        announce(file: file, emit)
        if change.operation == LL_OPERATION_OPEN {
            return send(flow(ofOpen: change, by: process, file), header.slot, emit)
        }
        var record = FileEvent(
            process: processes[process].entity.oid, time: epoch(header.boottime),
            tid: Int64(header.tid),
            operations: Operations(rawValue: Int32(bitPattern: change.operation)),
            file: files[file].entity.oid, result: change.result)
        if !change.secondPath.isEmpty {
            // What was linked or renamed is of one type under both names.
            let second = self.file(
                RawSpan(_elements: change.secondPath.span), slot: header.slot,
                resourceType: change.operation == LL_OPERATION_SYMLINK
                    ? ResourceType.unknown : files[file].entity.resourceType,
                time: header.boottime)
            announce(file: second, emit)
            record.newFile = files[second].entity.oid
        }
        send(.fileEvent(record), header.slot, emit)
        guard change.operation == LL_OPERATION_RENAME else { return }
        if change.argument & Self.exchange != 0, let old = record.newFile {
            // Each took the other's name.
            (record.file, record.newFile) = (old, record.file)
            send(.fileEvent(record), header.slot, emit)
        } else if change.argument & Self.whiteout != 0 {
            // A device that hides the old name has been made there.
            record.operations = Operations(rawValue: Int32(bitPattern: LL_OPERATION_MKNOD))
            record.newFile = nil
            send(.fileEvent(record), header.slot, emit)
        }
    }

    /// An open that leaves no descriptor by which more could be told of it: a flow that has ended.
    private func flow(ofOpen change: NameChange, by process: Int32, _ file: Int32) -> Record {
        let time = epoch(change.header.boottime)
        return .fileFlow(
            FileFlow(
                process: processes[process].entity.oid, time: time, tid: Int64(change.header.tid),
                operations: .open, openFlags: OpenFlags(linux: change.argument), endTime: time,
                file: files[file].entity.oid, fd: -1, volume: Volume()))
    }

    /// Flags of renameat2.
    private static var exchange: UInt32 { 2 }
    private static var whiteout: UInt32 { 4 }

    private func resourceType(of operation: UInt32) -> Int32 {
        operation & (LL_OPERATION_MKDIR | LL_OPERATION_RMDIR) != 0
            ? ResourceType.directory : ResourceType.unknown
    }
}
