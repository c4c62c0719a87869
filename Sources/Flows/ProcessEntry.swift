internal import Events
internal import SysFlow

struct ProcessEntry {
    var key: ProcessKey
    var slot: UInt32
    /// As it was last changed; state and parent are filled in when it is emitted.
    var entity: Process
    /// The parent's position, and its key to see whether it is still there.
    var parent: (index: Int32, key: ProcessKey)?
    /// The output that has the entity; 0 for none.
    var announced: UInt32 = 0
    /// Changed since it was announced.
    var changed = false
    var ended = false
    var children = 0
    /// Stays when its last flow ends, whatever else is true of it.
    var pinned = false
    var flows = IndexList()
    /// The position of the flow that counts its threads, or -1.
    var threads: Int32 = -1

    static let vacant = ProcessEntry(
        key: ProcessKey(tgid: 0, start: 0), slot: 0,
        entity: .unknown(ProcessID(createTime: 0, hostPID: 0), time: 0, containerID: nil))
}

extension Process {
    /// A process of which only the id is known.
    static func unknown(_ oid: ProcessID, time: Int64, containerID: String?) -> Process {
        Process(
            state: .created, oid: oid, parent: nil, time: time, exe: "", exeArgs: "", uid: -1,
            gid: -1, containerID: containerID)
    }
}
