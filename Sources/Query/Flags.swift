internal import SysFlow

/// Names of operations and open flags, as the public query language has them.
enum Flags {
    /// Two names stand for a bit that files and sockets share.
    static let operations: [(bit: Operations, name: String)] = [
        (.mkdir, "MKDIR"), (.rmdir, "RMDIR"), (.link, "LINK"), (.symlink, "SYMLINK"),
        (.unlink, "UNLINK"), (.rename, "RENAME"), (.clone, "CLONE"), (.exec, "EXEC"),
        (.exit, "EXIT"), (.setuid, "SETUID"), (.open, "OPEN"), (.accept, "ACCEPT"),
        (.connect, "CONNECT"), (.writeSend, "WRITE"), (.writeSend, "SEND"),
        (.readReceive, "READ"), (.readReceive, "RECV"), (.setns, "SETNS"), (.mmap, "MMAP"),
        (.shutdown, "SHUTDOWN"), (.close, "CLOSE"), (.truncate, "TRUNCATE"), (.digest, "DIGEST"),
        (.capability, "CAPABILITY"), (.act, "ACT"),
    ]

    /// The first three are values of two bits: one of them holds at most.
    static let open: [(bit: OpenFlags, name: String)] = [
        (.readOnly, "RDONLY"), (.writeOnly, "WRONLY"), (.readWrite, "RDWR"), (.create, "CREAT"),
        (.append, "APPEND"), (.dsync, "DSYNC"), (.exclusive, "EXCL"), (.nonblock, "NONBLOCK"),
        (.sync, "SYNC"), (.truncate, "TRUNC"), (.direct, "DIRECT"), (.directory, "DIRECTORY"),
        (.largeFile, "LARGEFILE"), (.closeOnExec, "CLOEXEC"),
    ]

    static func holds(_ flag: OpenFlags, in flags: OpenFlags) -> Bool {
        let access = OpenFlags.readWrite
        return access.contains(flag)
            ? flags.intersection(access) == flag : flags.contains(flag)
    }
}

extension OpenFlags {
    var canRead: Bool { contains(.readOnly) }
    var canWrite: Bool { contains(.writeOnly) }
}
