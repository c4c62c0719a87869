import Foundation
import Glibc
import Workloads

extension RuncContainer {
    /// A program of the host, outside of the container, but in its network.
    func inNetwork(_ arguments: [String]) throws -> [String] {
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

    public func waitUntilListening(_ port: UInt16, timeout: Double = 20) throws {
        guard try waitUntil(timeout: timeout, { try isListening(port) }) else {
            throw HarnessError("nothing listens on port \(port) in \(id): \(output)")
        }
    }
}
