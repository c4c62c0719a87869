internal import CLibcap
internal import Glibc

/// The capabilities of this process.
public enum Privileges {
    /// What the agent needs, and why; docs/privileges.md explains each.
    public static let needed: [(name: String, value: Int32)] = [
        ("CAP_BPF", 39), ("CAP_PERFMON", 38), ("CAP_NET_ADMIN", 12), ("CAP_SYS_ADMIN", 21),
        ("CAP_SYS_PTRACE", 19), ("CAP_DAC_READ_SEARCH", 2), ("CAP_SYSLOG", 34),
        ("CAP_KILL", 5),
    ]

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
