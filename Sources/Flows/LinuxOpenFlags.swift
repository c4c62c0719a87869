internal import SysFlow

extension OpenFlags {
    /// Linux's O_* as Falco's values. Flags without one of those (O_NOFOLLOW, O_PATH, O_NOCTTY,
    /// O_NOATIME, O_TMPFILE) are left out.
    init(linux flags: UInt32) {
        self =
            switch flags & 0o3 {
            case 0: .readOnly
            case 1: .writeOnly
            default: .readWrite
            }
        for (bits, flag) in Self.linux where flags & bits == bits { insert(flag) }
    }

    #if arch(arm64) || arch(arm)
        private static let linuxDirectory: UInt32 = 0o40000
        private static let linuxDirect: UInt32 = 0o200000
        private static let linuxLargeFile: UInt32 = 0o400000
    #else
        private static let linuxDirectory: UInt32 = 0o200000
        private static let linuxDirect: UInt32 = 0o40000
        private static let linuxLargeFile: UInt32 = 0o100000
    #endif

    /// O_SYNC holds O_DSYNC's bit.
    private static let linux: [(UInt32, OpenFlags)] = [
        (0o100, .create), (0o200, .exclusive), (0o1000, .truncate), (0o2000, .append),
        (0o4000, .nonblock), (0o10000, .dsync), (0o4010000, .sync), (0o2000000, .closeOnExec),
        (linuxDirectory, .directory), (linuxDirect, .direct), (linuxLargeFile, .largeFile),
    ]
}
