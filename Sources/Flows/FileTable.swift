internal import Events
internal import SysFlow

extension FlowAssembler {
    /// The file of a path, added if it was not there. `resourceType` is `ResourceType.unknown`
    /// where the event does not say; a type that was known stays, and so does an inode.
    mutating func file(
        _ path: RawSpan, slot: UInt32, resourceType: Int32, inode: Inode? = nil, time: UInt64
    ) -> Int32 {
        let bytes = Span<UInt8>(_bytes: path)
        let hash = hash(bytes, UInt64(slot))
        guard let index = find(bytes, hash, slot: slot) else {
            return insert(
                bytes, hash, slot: slot, resourceType: resourceType, inode: inode, time: time)
        }
        if resourceType != ResourceType.unknown,
            files[index].entity.resourceType != resourceType
        {
            files[index].entity.resourceType = resourceType
            change(index, time)
        }
        if let inode, files[index].entity.inode != inode {
            files[index].entity.inode = inode
            change(index, time)
        }
        return index
    }

    private mutating func change(_ index: Int32, _ time: UInt64) {
        files[index].entity.time = epoch(time)
        files[index].changed = files[index].announced != 0
    }

    private func find(_ path: Span<UInt8>, _ hash: UInt32, slot: UInt32) -> Int32? {
        var probe = fileIndex.probe(hash)
        while let index = fileIndex.next(&probe) {
            if files[index].slot == slot, holds(files[index].path, path) { return index }
        }
        return nil
    }

    private func holds(_ stored: [UInt8], _ path: Span<UInt8>) -> Bool { stored.span.equals(path) }

    private mutating func insert(
        _ path: Span<UInt8>, _ hash: UInt32, slot: UInt32, resourceType: Int32, inode: Inode?,
        time: UInt64
    ) -> Int32 {
        let containerID = containers[Int(slot)].container.id
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.count)
        for i in path.indices { bytes.append(path[i]) }
        let entity = File(
            state: .created, oid: FileID(containerID: containerID, path: bytes),
            time: epoch(time), resourceType: resourceType,
            path: text(path, escaped: &statistics.textsEscaped), containerID: containerID,
            inode: inode)
        let index = files.insert(
            FileEntry(slot: slot, hash: hash, path: bytes, entity: entity))
        fileIndex.insert(hash, index)
        containers[Int(slot)].fileCount += 1
        appendUncited(index)
        return index
    }

    private mutating func appendUncited(_ index: Int32) {
        let slot = Int(files[index].slot)
        fileLinks.append(index, to: &containers[slot].uncitedFiles)
    }

    private mutating func removeUncited(_ index: Int32) {
        let slot = Int(files[index].slot)
        fileLinks.remove(index, from: &containers[slot].uncitedFiles)
    }

    /// A live flow cites the file: it stays until the flow ends.
    mutating func cite(file index: Int32) {
        if files[index].citations == 0 { removeUncited(index) }
        files[index].citations += 1
    }

    mutating func release(file index: Int32) {
        files[index].citations -= 1
        if files[index].citations == 0 { appendUncited(index) }
    }

    /// Removes a file that no flow cites.
    mutating func remove(file index: Int32) {
        removeUncited(index)
        containers[Int(files[index].slot)].fileCount -= 1
        fileIndex.remove(files[index].hash, index)
        files.remove(index, leaving: .vacant)
    }
}
