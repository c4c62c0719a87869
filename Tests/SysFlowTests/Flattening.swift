@testable import SysFlow

/// What the public tools' `flatjson` says of a record, as far as it is compared. Absent: "" or null.
struct Flattening {
    private var header: Header?
    private var containers: [String: Container] = [:]
    private var processes: [ProcessID: Process] = [:]
    private var files: [FileID: File] = [:]

    /// Takes note of an entity; gives the fields of an event or flow.
    mutating func flatten(_ record: Record) -> [String: AnyHashable]? {
        switch record {
        case .header(let value):
            self = Flattening()
            header = value
        case .container(let value): containers[value.id] = value
        case .process(let value): processes[value.oid] = value
        case .file(let value): files[value.oid] = value
        case .pod, .loss, .verdict: break
        case .processEvent(let value): return flat(value)
        case .networkFlow(let value): return flat(value)
        case .fileFlow(let value): return flat(value)
        case .fileEvent(let value): return flat(value)
        case .networkEvent(let value):
            return flat("NE", value.process, value.time, value.operations)
        case .processFlow(let value): return flat(value)
        case .kubernetesEvent(let value):
            return ["type": "KE", "ts_uts": value.time, "k8s.msg": value.message]
        }
        return nil
    }

    private func flat(
        _ type: String, _ process: ProcessID, _ time: Int64, _ operations: Operations
    ) -> [String: AnyHashable] {
        var fields: [String: AnyHashable] = [
            "type": type, "ts_uts": time, "opflags_bitmap": Int64(operations.rawValue),
        ]
        fields["schema"] = header?.version
        fields["node.id"] = header?.exporter
        guard let process = processes[process] else { return fields }
        fields["state"] = ["CREATED", "MODIFIED", "REUP"][Int(process.state.rawValue)]
        fields["proc.pid"] = process.oid.hostPID
        fields["proc.createts"] = process.oid.createTime
        fields["proc.exe"] = process.exe
        fields["proc.args"] = process.exeArgs
        fields["proc.uid"] = Int64(process.uid)
        fields["proc.user"] = process.userName
        fields["proc.gid"] = Int64(process.gid)
        fields["proc.group"] = process.groupName
        fields["proc.cwd"] = process.cwd
        fields["proc.env"] = process.env.joined(separator: ";")
        fields["proc.tty"] = process.tty
        if let parent = process.parent.flatMap({ processes[$0] }) {
            fields["pproc.pid"] = parent.oid.hostPID
            fields["pproc.exe"] = parent.exe
        }
        if let container = process.containerID.flatMap({ containers[$0] }) {
            fields["container.id"] = container.id
            fields["container.name"] = container.name
            fields["container.image"] = container.image
            fields["container.imageid"] = container.imageID
            fields["container.privileged"] = container.privileged
        }
        return fields
    }

    private func flat(_ value: ProcessEvent) -> [String: AnyHashable] {
        flat("PE", value.process, value.time, value.operations).merging([
            "proc.tid": value.tid, "ret": Int64(value.result),
        ]) { $1 }
    }

    private func flat(_ value: NetworkFlow) -> [String: AnyHashable] {
        flat("NF", value.process, value.time, value.operations).merging([
            "proc.tid": value.tid, "endts_uts": value.endTime,
            "net.proto": Int64(value.proto), "net.sip": dotted(value.source),
            "net.sport": Int64(value.sourcePort), "net.dip": dotted(value.destination),
            "net.dport": Int64(value.destinationPort),
        ]) { $1 }.merging(flat(value.volume, fd: value.fd)) { $1 }
    }

    private func flat(_ value: FileFlow) -> [String: AnyHashable] {
        flat("FF", value.process, value.time, value.operations).merging([
            "proc.tid": value.tid, "endts_uts": value.endTime,
            "file.openflags": Int64(value.openFlags.rawValue),
        ]) { $1 }.merging(flat(value.volume, fd: value.fd)) { $1 }.merging(flat(value.file)) { $1 }
    }

    private func flat(_ value: FileEvent) -> [String: AnyHashable] {
        var fields = flat("FE", value.process, value.time, value.operations).merging([
            "proc.tid": value.tid, "ret": Int64(value.result),
        ]) { $1 }.merging(flat(value.file)) { $1 }
        fields["file.newpath"] = value.newFile.flatMap { files[$0]?.path } ?? ""
        return fields
    }

    private func flat(_ value: ProcessFlow) -> [String: AnyHashable] {
        flat("PF", value.process, value.time, value.operations).merging([
            "endts_uts": value.endTime, "pf.nthreads": value.threadsCloned,
            "pf.nexits": value.threadsExited, "pf.nerrors": value.cloneErrors,
        ]) { $1 }
    }

    private func flat(_ volume: Volume, fd: Int32?) -> [String: AnyHashable] {
        var fields: [String: AnyHashable] = [
            "flow.rops": volume.readOperations, "flow.wops": volume.writeOperations,
            "flow.rbytes": volume.readBytes, "flow.wbytes": volume.writeBytes,
        ]
        if let fd { fields["file.fd"] = Int64(fd) }
        return fields
    }

    private func flat(_ id: FileID) -> [String: AnyHashable] {
        guard let file = files[id] else { return [:] }
        let type = Unicode.Scalar(UInt32(file.resourceType)).map { String($0) } ?? ""
        return ["file.path": file.path, "file.type": type]
    }

    private func dotted(_ address: IPAddress) -> String {
        guard let value = address.v4 else { return "IPv6" }
        return [24, 16, 8, 0].map { String(value >> UInt32($0) & 0xff) }.joined(separator: ".")
    }
}
