import ContainerHarness
import Foundation
import Glibc
import Testing

extension AgentSuite {
    /// Each capability that an agent keeps is taken away, and its function fails; with all of them
    /// it works, though everything else is gone.
    @Test func everyCapabilityThatStaysIsNeeded() throws {
        let stranger = try Stranger()
        let process = "\(stranger.process.pid)"
        let needs: [(String, [String])] = [
            ("CAP_BPF", ["make-map"]), ("CAP_PERFMON", ["load"]), ("CAP_NET_ADMIN", ["load"]),
            ("CAP_SYS_PTRACE", ["foreign-root", process]),
            ("CAP_DAC_READ_SEARCH", ["follow", stranger.link, stranger.file]),
            ("CAP_KILL", ["kill", process]),
        ]
        let report = try Self.report(of: nil)
        #expect(Set(report.kept.map(\.name)) == Set(needs.map(\.0)))
        for (capability, act) in needs {
            let lacking = try Self.attempt(act, without: capability)
            #expect(lacking.status == 1, "\(act) without \(capability): \(lacking)")
        }
        for (_, act) in needs {
            let whole = try Self.attempt(act)
            #expect(whole.status == 0 && whole.stdout == "done\ntold: \n", "\(act): \(whole)")
        }
        #expect(stranger.process.wait(timeout: 5).status == 128 + SIGKILL)
    }

    /// Who has taken the agent over can neither execute nor mount nor bring code in: some acts end
    /// the process, the others fail and are told of.
    @Test func whatAnAgentNeverDoesIsRefused() throws {
        #expect(try Self.attempt(["nothing"]).status == 0)
        let deadly = [
            "execve", "execveat", "ptrace", "process_vm_readv", "init_module", "finit_module",
            "mount", "unshare", "setns", "setuid", "capset", "io_uring_setup", "perf_event_open",
            "kexec_load",
        ]
        for act in deadly {
            let result = try Self.attempt([act])
            #expect(result.status == 128 + SIGSYS, "\(act): \(result)")
        }
        let told = [
            ("socket", "socket"), ("fork", "fork"), ("clone-process", "clone"),
            ("clone-namespace", "clone"), ("kill-other", "kill"), ("map-code", "mmap"),
            ("protect-code", "mprotect"), ("detach-link", "bpf"), ("find-program", "bpf"),
            ("raise-limit", "prlimit64"), ("own-more", "prctl"),
        ]
        for (act, name) in told {
            let result = try Self.attempt([act])
            #expect(result.status == 1 && result.stdout.contains("errno 1"), "\(act): \(result)")
            #expect(result.stdout.contains("told: \(name)\n"), "\(act): \(result)")
        }
        // The owner's word counts again.
        let stranger = try Stranger()
        for (act, name) in [("write", ""), ("change-owner", "chown")] {
            let result = try Self.attempt([act, stranger.file])
            #expect(result.status == 1 && result.stdout.contains("told: \(name)\n"), "\(result)")
        }
    }

    /// An agent that watches has no more than it should, nor has the process beside it.
    @Test func theAgentIsConfined() throws {
        let agent = try AgentProcess(["--mode", "monitor"])
        try agent.waitUntilReady()
        #expect(agent.notes.contains { $0.hasPrefix("confined: keeps CAP_BPF") }, "\(agent.notes)")
        let report = try Self.report(of: agent.process.processIdentifier)
        let kept = Set(report.kept.map(\.name))
        #expect(report.problems.isEmpty && report.state.seccomp == "filter", "\(report)")
        #expect(Set(report.state.capabilities.effective) == kept)
        #expect(Set(report.state.capabilities.permitted) == kept)
        #expect(Set(report.state.capabilities.bounding) == kept)
        #expect(report.state.noNewPrivileges && report.state.seccompFilters >= 1)
        #expect(try agent.process.stop() == 0)

        let fifo = NSTemporaryDirectory() + "loadline-guard-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: fifo) }
        let helper = try LoadlineProcess(
            "/bin/sh",
            [
                "-c",
                "mkfifo $0; exec 9<>$0; exec \(BuiltProgram.path()) guard-starts "
                    + "--patience 1000 <$0", fifo,
            ])
        var state = try Self.report(of: helper.processIdentifier).state
        for _ in 0..<500 where state.seccomp != "filter" {
            usleep(20_000)
            state = try Self.report(of: helper.processIdentifier).state
        }
        #expect(state.capabilities.permitted == ["CAP_KILL"] && state.noNewPrivileges)
        try helper.kill()
    }

    /// One that is told to keep them keeps them, and `doctor --self` says so.
    @Test func anUnconfinedAgentIsTold() throws {
        let agent = try AgentProcess(["--mode", "monitor", "--unconfined"])
        try agent.waitUntilReady()
        let doctor = try Command.run([
            BuiltProgram.path(), "doctor", "--self", "--pid",
            "\(agent.process.processIdentifier)",
        ])
        #expect(doctor.status == 1, "\(doctor)")
        #expect(doctor.stdout.contains("TOO MUCH: no filter of system calls"), "\(doctor)")
        #expect(doctor.stdout.contains("TOO MUCH: effective capabilities"), "\(doctor)")
        #expect(try agent.process.stop() == 0)
    }

    // MARK: The means

    private struct Report: Decodable {
        struct Kept: Decodable { var name: String }
        struct Sets: Decodable { var effective, permitted, bounding: [String] }
        struct State: Decodable {
            var capabilities: Sets
            var noNewPrivileges: Bool
            var seccomp: String
            var seccompFilters: Int
        }
        var kept: [Kept]
        var problems: [String]
        var state: State
    }

    /// What `doctor --self` says of a process; of itself where none is named.
    private static func report(of process: Int32?) throws -> Report {
        let which = process.map { ["--pid", "\($0)"] } ?? []
        let result = try Command.run(
            [BuiltProgram.path(), "doctor", "--self", "--format", "json"] + which)
        return try JSONDecoder().decode(Report.self, from: Data(result.stdout.utf8))
    }

    private static func attempt(
        _ act: [String], without capability: String? = nil
    ) throws -> CommandResult {
        let program =
            try (BuiltProgram.path() as NSString).deletingLastPathComponent
            + "/TryConfined"
        return try Command.run(
            [program] + (capability.map { ["--without", $0] } ?? []) + act, timeout: 60)
    }
}

/// Another user's process and files, which nobody else may see.
private final class Stranger {
    let process: Command
    let file: String
    let link: String
    private let directory: String

    init() throws {
        directory = "/tmp/loadline-test-stranger-" + UUID().uuidString
        file = directory + "/file"
        link = directory + "/link"
        let manager = FileManager.default
        try manager.createDirectory(atPath: directory, withIntermediateDirectories: false)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: file))
        try manager.createSymbolicLink(atPath: link, withDestinationPath: file)
        for path in [file, directory] {
            try Command.run(["chmod", "go=", path]).expectSuccess("chmod")
            try Command.run(["chown", "65534:65534", path]).expectSuccess("chown")
        }
        process = try Command([
            "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "sleep", "60",
        ])
        // It is another user's once it sleeps.
        for _ in 0..<200 {
            let comm = try? String(contentsOfFile: "/proc/\(process.pid)/comm", encoding: .utf8)
            if comm == "sleep\n" { return }
            usleep(10_000)
        }
        throw HarnessError("setpriv did not start")
    }

    deinit {
        process.signal(SIGKILL)
        try? FileManager.default.removeItem(atPath: directory)
    }
}
