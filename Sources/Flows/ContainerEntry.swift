internal import SysFlow

/// What is known of the container in one slot. What is touched most stands first.
struct ContainerEntry {
    var isRegistered: Bool

    /// Live flows, oldest first.
    var flows = IndexList()
    var flowCount = 0

    /// Files that no live flow cites, the longest uncited first.
    var uncitedFiles = IndexList()
    var fileCount = 0

    var running = IndexList()
    /// Processes that ended but have children or live flows.
    var ended = IndexList()
    var processCount = 0

    /// Which output its records go to now, counted from 1; entities are repeated in each.
    var output: UInt32 = 1
    /// The output that has the container's own entity.
    var announced: UInt32 = 0

    /// Protocol and local port of what listens.
    var listeners: Set<UInt32> = []
    var container: Container

    static let vacant = ContainerEntry(
        isRegistered: false,
        container: Container(
            id: "", name: "", image: "", imageID: "", type: .custom, privileged: false))
}
