import ContainerHarness
import Foundation

/// What the kernel here can do, and its modules.
enum RunningKernel {
    static func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let numbers = release.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        return !numbers.lexicographicallyPrecedes([major, minor])
    }

    /// x32's system calls, which a kernel may be built with and not allow (`syscall.x32=y`).
    static let hasX32 = isDone("exit(syscall(0x40000000 | 39) < 0)")

    static let hasSCTP = isDone("socket(my $s, 2, 1, 132) or exit 1")

    private static func isDone(_ script: String) -> Bool {
        (try? Command.run(["perl", "-e", script]).status) == 0
    }

    static let hasModules = FileManager.default.fileExists(atPath: "/proc/modules")

    /// A module that does nothing until it is told to, and that few machines have loaded.
    static let module = "dummy"

    /// - Throws: where it is not installed; LOADLINE_MODULE names it where it lies elsewhere.
    static func moduleBytes() throws -> [UInt8] {
        let own = "/lib/modules/\(release)/kernel/drivers/net/\(module).ko"
        let given = ProcessInfo.processInfo.environment["LOADLINE_MODULE"]
        for path in [given, own].compactMap({ $0 }) {
            if let data = FileManager.default.contents(atPath: path) { return Array(data) }
        }
        throw HarnessError(
            "there is no \(own): install the kernel's modules, or name the file, not compressed, in "
                + "LOADLINE_MODULE")
    }

    static var isModuleLoaded: Bool {
        let lines = (try? String(contentsOfFile: "/proc/modules", encoding: .utf8)) ?? ""
        return lines.split(separator: "\n").contains { $0.hasPrefix(module + " ") }
    }

    static func unloadModule() throws {
        let script = #"my $name = shift; exit(syscall(176, $name, 04000) < 0)"#
        try Command.run(["perl", "-e", script, module]).expectSuccess("unloading \(module)")
    }

    private static let release: String = {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }()
}
