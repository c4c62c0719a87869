internal import Events
internal import Glibc
internal import Kernel

/// Processes of the machine, as /proc has them.
enum Processes {
    /// Some process has this id.
    static func lives(id: UInt32) -> Bool {
        guard let id = pid_t(exactly: id), id > 0 else { return false }
        return kill(id, 0) == 0 || errno == EPERM
    }

    /// The very process lives, not another that has its id now.
    static func lives(_ process: ProcessKey) -> Bool {
        guard lives(id: process.tgid), let start = Files.startTicks(ofProcess: process.tgid) else {
            return false
        }
        return start == process.start / (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
    }
}
