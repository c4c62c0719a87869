import Foundation
import Glibc
import Workloads

extension RuncContainer {
    /// A program of the host, outside of the container, but in its network.
    public func inNetwork(_ arguments: [String]) throws -> [String] {
        ["nsenter", "--target", String(try pid()), "--net", "--"] + arguments
    }

    /// Runs a program of the host in the container's network.
    public func runInNetwork(
        _ arguments: [String], input: [UInt8] = [], timeout: Double = 20
    ) throws -> CommandResult {
        try RequiredTool.require(.nsenter)
        return try Command.run(inNetwork(arguments), input: input, timeout: timeout)
    }

    /// Somebody listens on the TCP port; read from /proc, so that nothing connects.
    public func isListening(_ port: UInt16) throws -> Bool {
        let pid = try pid()
        let hex = String(port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: 4 - hex.count) + hex
        for file in ["tcp", "tcp6"] {
            let text = KernelFile.text("/proc/\(pid)/net/\(file)")
            for line in (text ?? "").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ", maxSplits: 4)
                // State 0A is TCP_LISTEN.
                if fields.count > 3, fields[3] == "0A", fields[1].hasSuffix(suffix) { return true }
            }
        }
        return false
    }

    /// TCP connections that came in in the container's network, since it was made.
    public func connectionsAccepted() throws -> Int {
        let text = KernelFile.text("/proc/\(try pid())/net/snmp") ?? ""
        // Two lines: the names, then the numbers.
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Tcp:") }
            .map { $0.split(separator: " ") }
        guard lines.count == 2, let column = lines[0].firstIndex(of: "PassiveOpens"),
            column < lines[1].count, let count = Int(lines[1][column])
        else { throw HarnessError("\(id): no PassiveOpens in \(text)") }
        return count
    }

    /// Until no connection is open and all processes sleep: nobody has anything left to do.
    public func waitUntilQuiet() throws {
        guard try waitUntil({ try isQuiet() }) else {
            throw HarnessError("\(id) has connections that do not end")
        }
    }

    private func isQuiet() throws -> Bool {
        let net = "/proc/\(try pid())/net/"
        var known: Set<Substring> = []
        for file in ["tcp", "tcp6"] {
            for line in (KernelFile.text(net + file) ?? "").split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                // State 06 is TCP_TIME_WAIT, which no process holds.
                guard fields.count > 9, fields[3] != "06" else { continue }
                // A listening socket's queue is of connections that nobody took yet.
                guard fields[3] == "0A", fields[4].hasSuffix(":00000000") else { return false }
                known.insert(fields[9])
            }
        }
        for line in (KernelFile.text(net + "unix") ?? "").split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            if fields.count > 6 { known.insert(fields[6]) }
        }
        let cgroup = try CgroupHierarchy.find().directory(ofPath: cgroupPath)
        let members = KernelFile.text(cgroup + "/cgroup.procs") ?? ""
        return members.split(separator: "\n").allSatisfy { process in
            // A connection that its peer has reset is in no list any more until it is closed.
            let holdsOther = Self.sockets(of: process).contains { !known.contains($0) }
            let isAsleep = KernelFile.text("/proc/\(process)/stat")?.contains(") S ") ?? true
            return !holdsOther && isAsleep
        }
    }

    /// Inodes of the sockets that a process holds.
    private static func sockets(of process: Substring) -> [Substring] {
        let folder = "/proc/\(process)/fd/"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + name)
            guard let target, target.hasPrefix("socket:[") else { return nil }
            return target.dropFirst("socket:[".count).dropLast()
        }
    }

    public func waitUntilListening(_ port: UInt16, timeout: Double = 20) throws {
        guard try waitUntil(timeout: timeout, { try isListening(port) }) else {
            throw HarnessError("nothing listens on port \(port) in \(id): \(output)")
        }
    }
}
