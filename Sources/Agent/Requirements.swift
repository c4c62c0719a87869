internal import Foundation
internal import Kernel

/// What must be there before anything is loaded, so that what is missing is said in words and
/// not as the kernel's refusal of a program.
enum Requirements {
    static let btfPath = "/sys/kernel/btf/vmlinux"

    static func check() throws(Node.Refusal) {
        if let problem = privilegeProblem() ?? btfProblem() {
            throw Node.Refusal(description: problem)
        }
    }

    static func privilegeProblem() -> String? {
        let missing = Privileges.missing()
        if missing.isEmpty { return nil }
        return "missing privileges: \(missing.joined(separator: ", ")); run as root or grant them"
    }

    static func btfProblem() -> String? {
        if FileManager.default.isReadableFile(atPath: btfPath) { return nil }
        return "the kernel shows no BTF: \(btfPath) is missing; loadline needs a kernel with "
            + "CONFIG_DEBUG_INFO_BTF, as distributions build it, and /sys mounted"
    }
}
