/// Makes records of what a plan put into the slots.
extension RecordDecoder {
    func build(_ kind: RecordKind) -> Datum {
        switch kind {
        case .fileFlow: .record(.fileFlow(fileFlow()))
        case .networkFlow: networkFlow()
        case .processEvent: .record(.processEvent(processEvent()))
        case .fileEvent: .record(.fileEvent(fileEvent()))
        case .process: process()
        case .file: file()
        case .container: container()
        case .header: .record(.header(header()))
        case .networkEvent: networkEvent(from: address(.source), to: address(.destination))
        case .processFlow: .record(.processFlow(processFlow()))
        case .pod: .record(.pod(pod()))
        case .kubernetesEvent: kubernetesEvent()
        case .loss: loss()
        case .verdict: .record(.verdict(verdict()))
        case .socketEvent: networkEvent(from: addresses[0], to: addresses[1])
        }
    }

    /// The plan reads such a slot with a check that the value fits.
    func int32(_ slot: NumberSlot) -> Int32 { Int32(truncatingIfNeeded: self[slot]) }

    private var processID: ProcessID {
        ProcessID(createTime: self[.processCreateTime], hostPID: self[.processPID])
    }

    /// Before SETUID and SETNS existed, the operations from ACCEPT on had numbers less by two.
    private var operations: Operations {
        let bits = int32(.operations)
        guard plan.hasEarlyOperations else { return Operations(rawValue: bits) }
        return Operations(rawValue: bits & 0b111 | (bits & ~0b111) << 2)
    }

    private var descriptor: Int32? {
        let value = int32(.fd)
        return value == SchemaV5.noDescriptor ? nil : value
    }

    private var volume: Volume {
        Volume(
            readOperations: self[.readOperations], writeOperations: self[.writeOperations],
            readBytes: self[.readBytes], writeBytes: self[.writeBytes])
    }

    /// An address is the in_addr, its bytes in network order, read as a little-endian number.
    private func address(_ slot: NumberSlot) -> IPAddress {
        IPAddress(v4: UInt32(bitPattern: int32(slot)).byteSwapped)
    }

    private var containerID: String? { has(.containerID) ? self[.containerID] : nil }

    private func header() -> Header {
        Header(
            version: self[.version], exporter: self[.exporter], ip: self[.ip],
            filename: self[.filename])
    }

    private func container() -> Datum {
        guard let type = ContainerType(rawValue: int32(.containerType)) else {
            return .unusable("a Container's type is of an unknown name")
        }
        return .record(
            .container(
                Container(
                    id: self[.id], name: self[.name], image: self[.image], imageID: self[.imageID],
                    type: type, privileged: self[.privileged] != 0,
                    podID: has(.podID) ? self[.podID] : nil,
                    imageDigest: has(.imageDigest) ? self[.imageDigest] : nil,
                    cgroupID: has(.cgroupID) ? UInt64(bitPattern: self[.cgroupID]) : nil)))
    }

    /// nil where the schema or the record has none.
    private var entry: Bool? { self[.entry] < 0 ? nil : self[.entry] != 0 }

    private func process() -> Datum {
        guard let state = ObjectState(rawValue: int32(.state)) else {
            return .unusable("a Process's state is of an unknown name")
        }
        let parent = ProcessID(createTime: self[.parentCreateTime], hostPID: self[.parentPID])
        return .record(
            .process(
                Process(
                    state: state, oid: processID, parent: has(.parent) ? parent : nil,
                    time: self[.time], exe: self[.exe], exeArgs: self[.exeArgs], uid: int32(.uid),
                    userName: self[.userName], gid: int32(.gid), groupName: self[.groupName],
                    tty: self[.tty] != 0, containerID: containerID, entry: entry,
                    cwd: self[.cwd], env: lists.strings)))
    }

    private var inode: Inode? {
        guard has(.inode), let device = UInt32(exactly: self[.device]) else { return nil }
        return Inode(device: device, number: UInt64(bitPattern: self[.inode]))
    }

    private func file() -> Datum {
        guard let state = ObjectState(rawValue: int32(.state)) else {
            return .unusable("a File's state is of an unknown name")
        }
        return .record(
            .file(
                File(
                    state: state, oid: files[0], time: self[.time],
                    resourceType: int32(.resourceType), path: self[.path],
                    containerID: containerID, inode: inode, digest: has(.digest) ? digest : nil)))
    }

    private func processEvent() -> ProcessEvent {
        ProcessEvent(
            process: processID, time: self[.time], tid: self[.tid], operations: operations,
            args: lists.strings, result: int32(.result))
    }

    private func networkFlow() -> Datum {
        guard let sourcePort = UInt16(exactly: self[.sourcePort]),
            let destinationPort = UInt16(exactly: self[.destinationPort])
        else { return .unusable("a NetworkFlow's port is not within 0 to 65535") }
        let isWide = has(.addresses)
        return .record(
            .networkFlow(
                NetworkFlow(
                    process: processID, time: self[.time], tid: self[.tid], operations: operations,
                    endTime: self[.endTime],
                    source: isWide ? addresses[0] : address(.source), sourcePort: sourcePort,
                    destination: isWide ? addresses[1] : address(.destination),
                    destinationPort: destinationPort,
                    proto: int32(.proto), fd: descriptor, volume: volume)))
    }

    private func fileFlow() -> FileFlow {
        FileFlow(
            process: processID, time: self[.time], tid: self[.tid], operations: operations,
            openFlags: OpenFlags(rawValue: int32(.openFlags)), endTime: self[.endTime],
            file: files[0], fd: descriptor, volume: volume)
    }

    private func fileEvent() -> FileEvent {
        FileEvent(
            process: processID, time: self[.time], tid: self[.tid], operations: operations,
            file: files[0], result: int32(.result), newFile: has(.newFile) ? files[1] : nil)
    }

    private func networkEvent(from source: IPAddress, to destination: IPAddress) -> Datum {
        guard let sourcePort = UInt16(exactly: self[.sourcePort]),
            let destinationPort = UInt16(exactly: self[.destinationPort])
        else { return .unusable("a NetworkEvent's port is not within 0 to 65535") }
        return .record(
            .networkEvent(
                NetworkEvent(
                    process: processID, time: self[.time], tid: self[.tid], operations: operations,
                    source: source, sourcePort: sourcePort,
                    destination: destination, destinationPort: destinationPort,
                    proto: int32(.proto), result: int32(.result))))
    }

    private func processFlow() -> ProcessFlow {
        ProcessFlow(
            process: processID, time: self[.time], threadsCloned: self[.threadsCloned],
            operations: operations, endTime: self[.endTime], threadsExited: self[.threadsExited],
            cloneErrors: self[.cloneErrors])
    }

    private func pod() -> Pod {
        Pod(
            time: self[.time], id: self[.id], name: self[.name], nodeName: self[.nodeName],
            hostIP: lists.hostIP, internalIP: lists.internalIP, namespace: self[.namespace],
            restartCount: self[.restartCount], labels: lists.labels, selectors: lists.selectors,
            services: lists.services)
    }

    private func kubernetesEvent() -> Datum {
        guard self[.kind] >= 0, self[.action] >= 0 else {
            return .unusable("a K8sEvent's kind or action is of an unknown name")
        }
        return .record(
            .kubernetesEvent(
                KubernetesEvent(
                    kind: int32(.kind), action: int32(.action), time: self[.time],
                    message: self[.message])))
    }

    private func loss() -> Datum {
        guard self[.lossCount] >= 0 else { return .unusable("a Loss has a negative count") }
        return .record(
            .loss(
                Loss(
                    time: self[.time], containerID: containerID, kind: self[.name],
                    cause: self[.cause], count: self[.lossCount])))
    }

    private func verdict() -> VerdictRecord {
        VerdictRecord(
            process: processID, time: self[.time], tid: self[.tid], dimension: self[.dimension],
            outcome: self[.outcome], access: lists.strings, object: self[.object],
            profile: self[.profile])
    }
}
