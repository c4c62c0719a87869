internal import CLibcap
internal import Glibc
internal import SystemPackage

/// Gives up for good what this process does not need any more: capabilities, new privileges, and
/// all system calls but those of `AllowedCalls`.
public enum Confinement {
    /// Who gives up.
    public enum Role: Sendable {
        case agent
        /// The process beside it.
        case startGuard

        public var kept: [Privileges.Kept] {
            self == .agent ? Privileges.kept : Privileges.keptByGuard
        }
    }

    /// From now on, for every thread.
    /// - Parameter without: capabilities of the role that are given up all the same, for tests.
    /// - Throws: what could not be given up; what could be before stays so.
    public static func enter(_ role: Role, without: Set<String> = []) throws(KernelError) {
        // capset speaks for one thread; those that begin later have what their maker has.
        let threads = try BPFFileSystem.names(in: "/proc/self/task").count
        guard threads == 1 else {
            throw .unusable(
                "drop the capabilities of \(threads) threads",
                remedy: "this is a fault: it has to happen before another thread begins")
        }
        let kept = role.kept.filter { !without.contains($0.name) }.map(\.value)
        try dropFromBound(except: kept)
        try setCapabilities(kept)
        RefusedCalls.catchTraps()
        try SystemCallFilter.install()
    }

    /// The bounding set is what a program that is executed could gain. Without CAP_SETPCAP it stays,
    /// and no_new_privs alone stands against that.
    private static func dropFromBound(except kept: [Int32]) throws(KernelError) {
        guard isEffective(CAP_SETPCAP) else { return }
        for capability in 0..<cap_max_bits() where !kept.contains(capability) {
            guard cap_drop_bound(capability) == 0 else {
                throw KernelError("drop a capability of the bounding set", errno: .current)
            }
        }
    }

    private static func isEffective(_ capability: Int32) -> Bool {
        guard let state = unsafe cap_get_proc() else { return false }
        defer { _ = unsafe cap_free(UnsafeMutableRawPointer(state)) }
        var value = CAP_CLEAR
        return unsafe cap_get_flag(state, capability, CAP_EFFECTIVE, &value) == 0
            && value == CAP_SET
    }

    /// Permitted and effective; nothing is inheritable or ambient.
    private static func setCapabilities(_ kept: [Int32]) throws(KernelError) {
        guard let state = unsafe cap_init() else {
            throw KernelError("make a set of capabilities", errno: .current)
        }
        defer { _ = unsafe cap_free(UnsafeMutableRawPointer(state)) }
        for set in [CAP_PERMITTED, CAP_EFFECTIVE] {
            guard
                unsafe cap_set_flag(state, set, Int32(kept.count), kept, CAP_SET) == 0
            else { throw KernelError("make a set of capabilities", errno: .current) }
        }
        guard unsafe cap_set_proc(state) == 0 else {
            throw KernelError(
                "drop capabilities", errno: .current,
                remedy: "the agent needs those of docs/privileges.md to begin with")
        }
    }
}
