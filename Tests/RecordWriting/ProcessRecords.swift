public import SensorABI

extension RecordWriter {
    public func fork(child: UInt32, childTid: UInt32? = nil, childStart: UInt64) -> [UInt8] {
        record(
            ll_fork(
                header: header(LL_KIND_FORK), child_tgid: child, child_tid: childTid ?? child,
                child_start_boottime_ns: childStart))
    }

    public func exec(
        kind: Int32 = LL_KIND_EXEC, exe: String, args: [String] = [], cwd: String = "/",
        parent: UInt32 = 0, parentStart: UInt64 = 0, flags: UInt32 = 0, uid: UInt32 = 0,
        gid: UInt32 = 0
    ) -> [UInt8] {
        let exe = Array(exe.utf8)
        let args: [UInt8] = args.flatMap { (arg: String) -> [UInt8] in Array(arg.utf8) + [0] }
        let cwd = Array(cwd.utf8)
        let value = ll_exec(
            header: header(kind), parent_tgid: parent, flags: flags,
            parent_start_boottime_ns: parentStart, uid: uid, gid: gid,
            exe_length: UInt16(exe.count), args_length: UInt16(args.count),
            cwd_length: UInt16(cwd.count), reserved0: 0, inode: 11, device: 12, reserved1: 0)
        return record(value, data: exe + args + cwd)
    }

    public func exit(status: Int32 = 0, isThread: Bool = false) -> [UInt8] {
        record(
            ll_exit(header: header(LL_KIND_EXIT), status: status, is_thread: isThread ? 1 : 0))
    }

    public func credentials(uid: UInt32, gid: UInt32, result: Int32 = 0) -> [UInt8] {
        record(
            ll_credentials(
                header: header(LL_KIND_CREDENTIALS), uid: uid, gid: gid, result: result,
                system_call: 105))
    }

    public func namespace(_ operation: Int32, flags: UInt32, result: Int32 = 0) -> [UInt8] {
        record(
            ll_namespace(
                header: header(LL_KIND_NAMESPACE), operation: UInt32(operation),
                namespace_flags: flags, result: result, reserved0: 0))
    }

    public func act(_ dimension: Int32, _ number: UInt32, result: Int32 = 0) -> [UInt8] {
        record(
            ll_act(
                header: header(LL_KIND_ACT), dimension: UInt32(dimension), number: number,
                result: result, reserved0: 0))
    }

    public func cgroup(_ operation: Int32, path: String) -> [UInt8] {
        let path = Array(path.utf8)
        let value = ll_cgroup(
            header: header(LL_KIND_CGROUP), operation: UInt32(operation), level: 3,
            path_length: UInt16(path.count), reserved0: 0, reserved1: 0)
        return record(value, data: path)
    }

    public func verdict(object: String, subject: String) -> [UInt8] {
        let object = Array(object.utf8)
        let subject = Array(subject.utf8)
        let value = ll_verdict(
            header: header(LL_KIND_VERDICT), dimension: UInt32(LL_DIMENSION_FILE),
            verdict: UInt32(LL_VERDICT_KILLED), access: LL_ACCESS_READ,
            action: UInt32(LL_ACTION_KILL), profile: 5, policy_generation: 6,
            object_length: UInt16(object.count), subject_length: UInt16(subject.count),
            flags: UInt32(LL_DEVIATION_SUBJECT_KNOWN))
        return record(value, data: object + subject)
    }
}
