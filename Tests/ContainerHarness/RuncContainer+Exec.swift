import Foundation
import Glibc
import Workloads

extension RuncContainer {
    /// Runs a program in the container, as `kubectl exec` does.
    /// - Returns: its status, 137 where it was killed.
    public func exec(
        _ arguments: [String], input: [UInt8] = [], user: String? = nil, timeout: Double = 10
    ) throws -> CommandResult {
        let file = directory + "/exec-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: file) }
        let command = try Command(runcExec(["--pid-file", file], user, arguments), input: input)
        let result = command.wait(timeout: timeout)
        // Killing runc leaves the program that it started.
        if result.timedOut, let pid = Self.pid(in: file), isMember(pid) { kill(pid, SIGKILL) }
        return result
    }

    /// Starts a program in the container and returns at once.
    /// - Returns: its pid in the host's pid namespace; `delete` ends it at the latest.
    public func execDetached(_ arguments: [String], user: String? = nil) throws -> Int32 {
        let file = directory + "/exec-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: file) }
        try Command.run(runcExec(["--detach", "--pid-file", file], user, arguments))
            .expectSuccess("runc exec --detach \(arguments)")
        guard let pid = Self.pid(in: file) else {
            throw HarnessError("runc exec --detach \(arguments) left no pid")
        }
        return pid
    }

    private func runcExec(
        _ options: [String], _ user: String?, _ arguments: [String]
    ) -> [String] {
        ["runc", "exec"] + options + (user.map { ["--user", $0] } ?? []) + [id] + arguments
    }

    private static func pid(in file: String) -> Int32? {
        (try? String(contentsOfFile: file, encoding: .utf8)).flatMap {
            Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// The process is in the container's cgroup or one below it.
    func isMember(_ pid: Int32) -> Bool {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").contains { $0.hasPrefix("0::" + cgroupPath) }
    }

    /// The entry point has ended.
    public func hasEnded() throws -> Bool { try Self.hasEnded(pid()) }

    /// A process has ended, whether or not its parent has taken notice.
    static func hasEnded(_ pid: Int32) -> Bool {
        KernelFile.text("/proc/\(pid)/stat")?.contains(") Z ") ?? true
    }

    /// A file's bytes as the running container sees them, read from outside; nil when absent.
    public func contents(of path: String) throws -> String? {
        let full = try "/proc/\(pid())/root" + path
        guard let data = FileManager.default.contents(atPath: full) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// A file's permissions as the running container has them.
    public func mode(of path: String) throws -> Int {
        let full = try "/proc/\(pid())/root" + path
        let attributes = try FileManager.default.attributesOfItem(atPath: full)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    /// Puts a file into the running container from outside: no process of it takes part.
    public func plant(_ file: ContainerFile) throws {
        try file.write(below: "/proc/\(pid())/root")
    }

    /// Overwrites a file in the layer that the container's own changes go to, past the overlay.
    public func overwriteInUpperLayer(_ path: String, with bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: layer + "/upper" + path))
        defer { try? file.close() }
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(bytes))
    }

    public func removeFile(_ path: String) throws {
        try? FileManager.default.removeItem(atPath: "/proc/\(pid())/root" + path)
    }
}
