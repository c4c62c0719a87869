public import SensorABI

extension RecordWriter {
    public func fileKey(dentry: UInt64, mode: UInt32 = LL_ACCESS_READ) -> ll_file_flow_key {
        ll_file_flow_key(dentry: dentry, tgid: tgid, mode: mode)
    }

    public func fileOpen(
        path: [UInt8], dentry: UInt64, mode: UInt32 = LL_ACCESS_READ,
        inodeMode: UInt32 = 0o100644, openFlags: UInt32 = 0, fd: Int32 = 3,
        operations: UInt32 = LL_OPERATION_OPEN
    ) -> [UInt8] {
        let value = ll_file_open(
            header: header(LL_KIND_FILE_OPEN), key: fileKey(dentry: dentry, mode: mode),
            inode: 21, device: 22, inode_mode: inodeMode, open_flags: openFlags, fd: fd,
            path_length: UInt16(path.count), reserved0: 0, operations: operations)
        return record(value, data: path)
    }

    public func fileOpen(
        path: String, dentry: UInt64, mode: UInt32 = LL_ACCESS_READ,
        inodeMode: UInt32 = 0o100644, openFlags: UInt32 = 0, fd: Int32 = 3,
        operations: UInt32 = LL_OPERATION_OPEN
    ) -> [UInt8] {
        fileOpen(
            path: Array(path.utf8), dentry: dentry, mode: mode, inodeMode: inodeMode,
            openFlags: openFlags, fd: fd, operations: operations)
    }

    public func fileEnd(
        dentry: UInt64, mode: UInt32 = LL_ACCESS_READ, first: UInt64, last: UInt64,
        reads: UInt64 = 0, readBytes: UInt64 = 0, writes: UInt64 = 0, writeBytes: UInt64 = 0,
        opens: UInt64 = 0, operations: UInt32 = 0
    ) -> [UInt8] {
        var flow = ll_file_flow()
        flow.start_boottime_ns = start
        flow.first_boottime_ns = first
        flow.last_boottime_ns = last
        flow.reads = reads
        flow.read_bytes = readBytes
        flow.writes = writes
        flow.write_bytes = writeBytes
        flow.opens = opens
        flow.operations = operations
        flow.slot = slot
        return record(
            ll_file_end(
                header: header(LL_KIND_FILE_END), key: fileKey(dentry: dentry, mode: mode),
                flow: flow))
    }

    public func fileOperation(
        _ operation: UInt32, path: String, second: String = "", result: Int32 = 0,
        argument: UInt32 = 0
    ) -> [UInt8] {
        let path = Array(path.utf8)
        let second = Array(second.utf8)
        let value = ll_file_operation(
            header: header(LL_KIND_FILE_OPERATION), operation: operation, result: result,
            argument: argument, path_length: UInt16(path.count),
            second_path_length: UInt16(second.count), path_flags: LL_PATH_AS_GIVEN, origin: 0)
        return record(value, data: path + second)
    }
}
