internal import SysFlow

/// What is touched most stands first.
struct FileEntry {
    var slot: UInt32
    var hash: UInt32
    /// As the kernel gave it; the entity's path is text.
    var path: [UInt8]
    /// Live flows of it.
    var citations = 0
    /// The output that has the entity; 0 for none.
    var announced: UInt32 = 0
    /// Changed since it was announced.
    var changed = false
    var entity: File

    static let vacant = FileEntry(
        slot: 0, hash: 0, path: [],
        entity: File(
            state: .created, oid: FileID(bytes: .init(repeating: 0)), time: 0, resourceType: 0,
            path: "", containerID: nil))
}
