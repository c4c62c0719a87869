internal import CLibcap
internal import Glibc

/// The capabilities of this process.
public enum Privileges {
    /// What the agent needs to begin; docs/privileges.md explains each.
    public static let needed: [(name: String, value: Int32)] = [
        ("CAP_BPF", 39), ("CAP_PERFMON", 38), ("CAP_NET_ADMIN", 12), ("CAP_SYS_ADMIN", 21),
        ("CAP_SYS_PTRACE", 19), ("CAP_DAC_READ_SEARCH", 2), ("CAP_SYSLOG", 34),
        ("CAP_KILL", 5),
    ]

    /// A capability that the agent keeps while it runs, and what would fail without it.
    public struct Kept: Sendable {
        public var name: String
        public var reason: String
        var value: Int32 { needed.first { $0.name == name }?.value ?? -1 }
    }

    /// What is left to an agent that runs. A test takes each away and sees its function fail.
    public static let kept = [
        Kept(name: "CAP_BPF", reason: "makes the maps of profiles that change"),
        Kept(name: "CAP_PERFMON", reason: "loads a program again that somebody detached"),
        Kept(name: "CAP_NET_ADMIN", reason: "loads the programs at cgroups again"),
        Kept(
            name: "CAP_SYS_PTRACE",
            reason: "follows paths from the root of containers' processes, whoever they are"),
        Kept(
            name: "CAP_DAC_READ_SEARCH",
            reason: "follows paths through directories that are closed to others"),
        Kept(name: "CAP_KILL", reason: "continues or ends what the kernel side has stopped"),
    ]

    /// What is left to the process beside the agent, which lets go of stopped programs.
    static let keptByGuard = kept.filter { $0.name == "CAP_KILL" }

    /// Of `needed`, those that are not effective; all where they cannot be read.
    public static func missing() -> [String] {
        guard let state = unsafe cap_get_proc() else { return needed.map(\.name) }
        defer { _ = unsafe cap_free(UnsafeMutableRawPointer(state)) }
        return needed.filter { capability in
            var value = CAP_CLEAR
            let error = unsafe cap_get_flag(state, capability.value, CAP_EFFECTIVE, &value)
            return error != 0 || value != CAP_SET
        }.map(\.name)
    }
}
