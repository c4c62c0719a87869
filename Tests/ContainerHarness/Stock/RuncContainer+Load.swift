import Foundation
import Glibc
import Workloads

/// What loads are made of.
extension RuncContainer {
    /// A client of the host, in the container's network.
    @discardableResult
    func client(_ arguments: [String], input: String = "", timeout: Double = 60) throws -> String {
        try runInNetwork(arguments, input: Array(input.utf8), timeout: timeout)
            .expectSuccess(arguments.joined(separator: " ")).stdout
    }

    /// curl with these arguments; the reply's status.
    @discardableResult
    func curl(_ arguments: String..., expecting status: Int = 200) throws -> String {
        let told = try client(
            ["curl", "-s", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}"] + arguments)
        guard told == String(status) else {
            throw HarnessError("curl \(arguments) got \(told) instead of \(status): \(output)")
        }
        return told
    }

    /// As a probe or a job of the runtime's does.
    func job(_ arguments: [String], user: String? = nil) throws {
        try exec(arguments, user: user, timeout: 60)
            .expectSuccess(arguments.joined(separator: " "))
    }

    /// Gives logs other names from outside, as logrotate does, and has them opened anew, while
    /// requests come: until it is told, the service writes to the files under their new names.
    ///
    /// - Parameter meanwhile: before it is told.
    func rotate(
        _ logs: [String], by signal: Int32, whileAsking url: String,
        meanwhile: () throws -> Void = {}
    ) throws {
        let load = try Command(inNetwork(["ab", "-q", "-r", "-t", "3", "-c", "2", url]))
        defer { load.stop() }
        usleep(500_000)
        let root = try "/proc/\(pid())/root"
        for log in logs {
            try? FileManager.default.removeItem(atPath: root + log + ".1")
            guard unsafe rename(root + log, root + log + ".1") == 0 else {
                throw HarnessError("\(log) cannot be renamed: error \(errno)")
            }
        }
        try meanwhile()
        usleep(500_000)
        try self.signal(signal)
        let areBack = waitUntil(timeout: 10) {
            logs.allSatisfy { FileManager.default.fileExists(atPath: root + $0) }
        }
        if !areBack { throw HarnessError("\(logs) were not opened anew: \(output)") }
    }

    /// Ends one of its processes from outside, as the kernel does when memory runs out.
    func crash(_ text: String) throws {
        let cgroup = try CgroupHierarchy.find().directory(ofPath: cgroupPath)
        let first = try pid()
        for line in (KernelFile.text(cgroup + "/cgroup.procs") ?? "").split(separator: "\n") {
            guard let pid = Int32(line), pid != first, isMember(pid),
                KernelFile.text("/proc/\(pid)/cmdline")?.contains(text) == true
            else { continue }
            kill(pid, SIGKILL)
            waitUntil(timeout: 5) { Self.hasEnded(pid) }
            return
        }
        throw HarnessError("\(id) has no process with \(text) in its command line")
    }

    func waitUntilAnswering(_ service: some ContainerService) throws {
        let answers = try waitUntil(timeout: 30) { try service.answers(in: self) }
        if !answers { throw HarnessError("\(service.name) does not answer: \(output)") }
    }
}
