internal import Events
internal import SensorABI
internal import SysFlow

extension FlowAssembler {
    mutating func fork(
        _ event: borrowing ForkEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) -> Disposition {
        if event.isThread {
            let parent = actor(header, &counters, emit)
            countThread(of: parent, header, made: 1, ended: 0)
            return .assembled
        }
        let child = event.child
        guard child != header.process else {
            statistics.contradictory += 1
            return .dropped
        }
        dismissPredecessor(of: child, now: header.boottime, &counters, emit)
        let parent = actor(header, &counters, emit)
        sendEvent(parent, header, .clone, result: Int32(truncatingIfNeeded: child.tgid), emit)
        let index = born(child, of: parent, header, &counters, emit)
        sendEvent(
            index, header, .clone, tid: event.childTid, result: 0, emit)
        return .assembled
    }

    /// The child as it is at birth: its parent's image. A child that an event named before its
    /// fork is completed.
    private mutating func born(
        _ child: ProcessKey, of parent: Int32, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) -> Int32 {
        var entity = processes[parent].entity
        entity.oid = processID(child)
        entity.time = epoch(header.boottime)
        entity.entry = false
        let index: Int32
        if let known = find(child) {
            index = known
            if processes[known].entity.exe.isEmpty, processes[known].slot == header.slot {
                processes[known].entity = entity
                processes[known].changed = true
            }
        } else {
            index = insert(child, slot: header.slot, entity)
        }
        setParent(parent, of: index)
        return index
    }

    mutating func exec(
        _ event: borrowing ExecEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let index = image(event, header, &counters, emit)
        let args = arguments(
            Span<UInt8>(_bytes: event.args), escaped: &statistics.textsEscaped)
        setImage(of: index, event, header, args)
        sendEvent(index, header, .exec, args: Array(args.dropFirst()), result: 0, emit)
    }

    mutating func snapshot(
        _ event: borrowing ExecEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let index = image(event, header, &counters, emit)
        let args = arguments(
            Span<UInt8>(_bytes: event.args), escaped: &statistics.textsEscaped)
        setImage(of: index, event, header, args)
        announce(process: index, emit)
    }

    /// The process whose image an event describes, with what it did before it exported.
    private mutating func image(
        _ event: borrowing ExecEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) -> Int32 {
        let known = find(header.process) != nil
        let index = actor(header, &counters, emit)
        if known {
            exportFlows(ofProcess: index, now: header.boottime, counters: &counters, emit: emit)
        } else {
            // The event says all that there is to know: nothing was made up.
            statistics.processesSynthesised -= 1
        }
        if let parent = find(event.parent), processes[parent].slot == header.slot {
            setParent(parent, of: index)
        }
        return index
    }

    private mutating func setImage(
        of index: Int32, _ event: borrowing ExecEvent, _ header: EventHeader, _ args: [String]
    ) {
        let flags = event.flags
        var entity = processes[index].entity
        entity.exe = text(
            Span<UInt8>(_bytes: event.exe), escaped: &statistics.textsEscaped)
        entity.exeArgs = args.dropFirst().joined(separator: " ")
        entity.cwd = text(
            Span<UInt8>(_bytes: event.cwd), escaped: &statistics.textsEscaped)
        entity.uid = Int32(bitPattern: event.uid)
        entity.gid = Int32(bitPattern: event.gid)
        entity.tty = flags.contains(.tty)
        entity.entry = flags.contains(.containerInit)
        entity.time = epoch(header.boottime)
        processes[index].entity = entity
        processes[index].changed = processes[index].announced != 0
    }

    mutating func exit(
        _ event: borrowing ExitEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let index = actor(header, &counters, emit)
        if event.isThread {
            countThread(of: index, header, made: 0, ended: 1)
            return
        }
        endFlows(
            ofProcess: index, .closed, now: header.boottime, counters: &counters, emit: emit)
        // Whichever thread was the last: it is the process that ended.
        sendEvent(
            index, header, .exit, tid: header.tgid, result: event.status, emit)
        ended(process: index)
    }

    mutating func credentials(
        _ event: borrowing CredentialsEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let index = actor(header, &counters, emit)
        let uid = Int32(bitPattern: event.uid)
        let gid = Int32(bitPattern: event.gid)
        let entity = processes[index].entity
        if event.result == 0, entity.uid != uid || entity.gid != gid {
            processes[index].entity.uid = uid
            processes[index].entity.gid = gid
            processes[index].entity.time = epoch(header.boottime)
            processes[index].changed = processes[index].announced != 0
        }
        sendEvent(index, header, .setuid, result: event.result, emit)
    }

    /// unshare has no operation of its own in SysFlow: the arguments tell it from setns.
    mutating func namespace(
        _ event: borrowing NamespaceEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) {
        let index = actor(header, &counters, emit)
        let args = [event.isUnshare ? "unshare" : "setns"] + namespaceNames(event.namespaces)
        sendEvent(index, header, .setns, args: args, result: event.result, emit)
    }

    /// A capability or a rare act, by its name, or a reload: SysFlow knows none of them.
    mutating func act(
        _ event: borrowing ActEvent, _ header: EventHeader,
        _ counters: inout some CounterSource & ~Copyable, _ emit: Emit
    ) -> Disposition {
        if event.dimension == LL_DIMENSION_NONE {
            let index = actor(header, &counters, emit)
            sendEvent(
                index, header, .act, args: [Act.reload, String(event.number)], result: 0, emit)
            return .assembled
        }
        let isCapability = event.dimension == LL_DIMENSION_CAPABILITY
        let number = UInt8(clamping: event.number)
        let name =
            isCapability ? Capability(rawValue: number)?.name : Act(rawValue: number)?.name
        guard let name, isCapability || event.dimension == LL_DIMENSION_ACT else {
            statistics.contradictory += 1
            return .dropped
        }
        let index = actor(header, &counters, emit)
        sendEvent(
            index, header, isCapability ? .capability : .act, args: [name], result: event.result,
            emit)
        return .assembled
    }

    private mutating func sendEvent(
        _ index: Int32, _ header: EventHeader, _ operation: Operations, tid: UInt32? = nil,
        args: [String] = [], result: Int32, _ emit: Emit
    ) {
        announce(process: index, emit)
        let event = ProcessEvent(
            process: processes[index].entity.oid, time: epoch(header.boottime),
            tid: Int64(tid ?? header.tid), operations: operation, args: args, result: result)
        send(.processEvent(event), processes[index].slot, emit)
    }
}
