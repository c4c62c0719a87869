import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// Agents that the kernel ends for want of memory: LOADLINE_MEMORY_CYCLES, else 8.
    private static let memoryCycles =
        ProcessInfo.processInfo.environment["LOADLINE_MEMORY_CYCLES"].flatMap { Int($0) } ?? 8

    /// Seconds until somebody else wants the memory that an agent clings to.
    private static let slow = 10.0

    /// Agents run out of memory, while they start or while they watch, and a container's own process
    /// attacks without pause: nothing gets through.
    @Test func killedForWantOfMemory() throws {
        let profile = try LearnedKinds.profile(.perl)
        let memory = try MemoryGroup()
        try withHeldPerl { agents, service, container in
            let first = try agents.startAndWait(["--start-hold", "off"])
            try first.waitFor("container \(container.id) (")
            let loop = AttackLoop(service, container)
            loop.start()
            try first.kill()
            var watching = 0
            for cycle in 1...Self.memoryCycles {
                // The smaller ones do not suffice for a start.
                let isSmall = cycle % 2 == 1
                try memory.limit(UInt64(isSmall ? 1 + cycle : 64) << 20)
                let agent = try agents.start(["--start-hold", "off"], memory: memory)
                // On a slow disk it may live long from pages that it reads again and again.
                var (slow, end) = (Patience.deadline(Self.slow), Patience.deadline(60))
                var other: Command?
                defer { other?.signal(SIGKILL) }
                while agent.isRunning, !agent.output.contains("watching every container") {
                    try #require(Date() < end, "\(memory.state): \(agent.output)")
                    if isSmall, Date() > slow, other == nil { other = try memory.fill() }
                    usleep(20_000)
                }
                if agent.isRunning { watching += 1 }
                (slow, end) = (Patience.deadline(Self.slow), Patience.deadline(60))
                while agent.isRunning {
                    try #require(Date() < end, "it lives on: \(memory.state)")
                    try? memory.squeeze()
                    if Date() > slow, other == nil { other = try memory.fill() }
                    // To compile it takes memory.
                    try agents.put("perl.yaml", profile)
                    usleep(100_000)
                }
                let status = try agent.end()
                #expect(status == 128 + SIGKILL, "\(agent.output.suffix(1000))")
            }
            let kills = try memory.kills
            let agent = try agents.startAndWait(["--start-hold", "off"])
            let tally = loop.stop()
            print("\(kills) agents killed for want of memory, \(watching) watched: \(tally)")
            #expect(kills >= Self.memoryCycles && watching > 0 && watching < Self.memoryCycles)
            #expect(tally.throughInAll == 0 && tally.broken.isEmpty, "\(tally)")
            for sort in AttackLoop.sorts { #expect(tally.tried[sort, default: 0] > 0, "\(tally)") }
            #expect(try service.answers(in: container))
            #expect(try agent.stop() == 0, "\(agent.output.suffix(2000))")
        }
    }
}

/// A group of processes with little memory: a cgroup of version 1 or 2, of this test's own.
final class MemoryGroup: Sendable {
    let directory: String
    private let isUnified: Bool

    init() throws {
        let old = "/sys/fs/cgroup/memory"
        isUnified = !FileManager.default.fileExists(atPath: old + "/memory.limit_in_bytes")
        let parent = isUnified ? "/sys/fs/cgroup" : old
        if isUnified { try Self.write("+memory", parent + "/cgroup.subtree_control") }
        directory = parent + "/loadline-test-memory-\(getpid())-\(UInt32.random(in: 0...999_999))"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        // What does not fit is not put elsewhere.
        if isUnified {
            try Self.write("0", directory + "/memory.swap.max")
        } else {
            try Self.write("0", directory + "/memory.swappiness")
        }
    }

    deinit { unsafe _ = rmdir(directory) }

    func limit(_ bytes: UInt64) throws {
        try Self.write(
            "\(bytes)", directory + (isUnified ? "/memory.max" : "/memory.limit_in_bytes"))
    }

    /// Leaves no more than is used now.
    func squeeze() throws {
        let file = directory + (isUnified ? "/memory.current" : "/memory.usage_in_bytes")
        guard let used = try UInt64(Self.read(file)) else { return }
        try limit(max(used, 1 << 20))
    }

    /// A process that wants 64 MiB here, and that the kernel ends after the agent.
    func fill() throws -> Command {
        let script = "echo $$ > $0/cgroup.procs && exec perl -e 'my $x = q(a) x (64 << 20); sleep'"
        return try Command(["/bin/sh", "-c", script, directory])
    }

    /// How many processes the kernel has ended here for want of memory.
    var kills: Int {
        get throws {
            let file = directory + (isUnified ? "/memory.events" : "/memory.oom_control")
            for line in try Self.read(file).split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.first == "oom_kill", words.count == 2 { return Int(words[1]) ?? 0 }
            }
            throw HarnessError("\(file) does not count kills")
        }
    }

    var state: String {
        let names = ["memory.usage_in_bytes", "memory.limit_in_bytes", "memory.current"]
        return names.compactMap { name in
            (try? Self.read(directory + "/" + name)).map { "\(name) \($0)" }
        }.joined(separator: ", ")
    }

    private static func read(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    private static func write(_ text: String, _ path: String) throws {
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw HarnessError("cannot open \(path)")
        }
        defer { try? handle.close() }
        try handle.write(contentsOf: Data(text.utf8))
    }
}
