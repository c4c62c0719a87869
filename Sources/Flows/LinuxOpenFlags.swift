public import SysFlow

extension OpenFlags {
    /// Linux's O_* as Falco's values. Flags without one of those (O_NOFOLLOW, O_NOCTTY,
    /// O_NOATIME, O_TMPFILE) are left out. O_PATH opens for neither reading nor writing.
    public init(linux flags: UInt32) {
        self =
            switch flags & 0o3 {
            case _ where flags & 0o10000000 != 0: []
            case 0: .readOnly
            case 1: .writeOnly
            default: .readWrite
            }
        func add(_ flag: OpenFlags, _ bits: UInt32) {
            if flags & bits == bits { insert(flag) }
        }
        add(.create, 0o100)
        add(.exclusive, 0o200)
        add(.truncate, 0o1000)
        add(.append, 0o2000)
        add(.nonblock, 0o4000)
        add(.dsync, 0o10000)
        // O_SYNC holds O_DSYNC's bit.
        add(.sync, 0o4010000)
        add(.closeOnExec, 0o2000000)
        #if arch(arm64) || arch(arm)
            add(.directory, 0o40000)
            add(.direct, 0o200000)
            add(.largeFile, 0o400000)
        #else
            add(.directory, 0o200000)
            add(.direct, 0o40000)
            add(.largeFile, 0o100000)
        #endif
    }
}
