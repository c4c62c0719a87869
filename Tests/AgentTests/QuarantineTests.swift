import Baseline
import ContainerHarness
import Foundation
import Testing
import Workloads

extension AgentSuite {
    /// What deviates takes no effect, the container is frozen whole, evidence is complete, and
    /// `thaw` lets it go on.
    @Test func aDeviationQuarantinesTheContainer() throws {
        let quarantine = try Quarantine(mayKill: [.initProcess, .execs])
        let container = quarantine.container
        defer { container.delete() }
        let agent = try quarantine.agent()
        try quarantine.start(agent)
        let idle = try container.execDetached(["/usr/bin/sleep", "1000"])

        try quarantine.ask("child")
        let alarm = try agent.wait("the container is frozen") { agent.alarms.first }
        #expect(alarm.alarm == "quarantine" && alarm.containers == [container.id])
        #expect(try quarantine.isFrozen())
        #expect(try container.contents(of: "/run/done") == nil)
        // Nobody runs: neither the first process, which beats, nor what was executed into it.
        let beat = try container.contents(of: "/run/beat")
        usleep(400_000)
        #expect(try container.contents(of: "/run/beat") == beat)

        let evidence = try quarantine.evidence()
        #expect(evidence.count == 1)
        let place = try #require(evidence.first)
        let manifest = try quarantine.manifest(place)
        #expect(manifest.container.name == container.id && manifest.cut.isEmpty, "\(manifest)")
        #expect(manifest.deviation.object == "/etc/shadow")
        print("deviation at \(manifest.deviation.time), frozen at \(manifest.frozenAt)")
        #expect(manifest.frozenBy == UInt32(agent.process.processIdentifier))
        let first = try #require(manifest.processes.first { $0.pid == (try? container.pid()) })
        let other = try #require(manifest.processes.first { $0.pid == idle })
        #expect(first.executable == "/usr/bin/perl" && other.executable == "/usr/bin/sleep")
        let maps = try String(contentsOfFile: "\(place)/\(first.pid)/maps", encoding: .utf8)
        #expect(maps.contains("/usr/bin/perl") && maps.contains("[stack]"))
        let line = try Data(contentsOf: URL(fileURLWithPath: "\(place)/\(idle)/cmdline"))
        #expect(line == Data("/usr/bin/sleep\u{0}1000\u{0}".utf8))
        #expect(first.openFiles >= 3)
        for (process, program) in [(first, "/usr/bin/perl"), (other, "/usr/bin/sleep")] {
            let file = try #require(process.executableFile)
            let same = FileManager.default.contentsEqual(
                atPath: place + "/" + file, andPath: program)
            #expect(same, "\(file) is \(program)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: place)[.posixPermissions]
        #expect(mode as? Int == 0o700)

        let thawed = try quarantine.thaw()
        #expect(thawed.status == 0 && thawed.stdout.contains("file: read /etc/shadow"), "\(thawed)")
        #expect(thawed.stdout.contains("process \(agent.process.processIdentifier)"))
        try agent.wait("it goes on") {
            try container.contents(of: "/run/beat") == beat ? nil : true
        }
        #expect(try !quarantine.isFrozen() && container.contents(of: "/run/done") == nil)
        #expect(try quarantine.thaw().stdout.contains("is not frozen"))
        // The next deviation freezes it anew.
        try quarantine.ask("child")
        try agent.wait("it is frozen again") { agent.alarms.count == 2 ? true : nil }
        #expect(try quarantine.isFrozen() && quarantine.evidence().count == 2)
        #expect(try quarantine.thaw().status == 0)
        // Of an exec the program is kept that was to run.
        let before = try Set(quarantine.evidence())
        #expect(try container.exec(["/usr/bin/cat", "/etc/hostname"]).status == 137)
        try agent.wait("it is frozen for an exec") { agent.alarms.count == 3 ? true : nil }
        let executed = try #require(try quarantine.evidence().first { !before.contains($0) })
        #expect(
            FileManager.default.contentsEqual(
                atPath: executed + "/object", andPath: "/usr/bin/cat"))
        // A runtime can end and remove what is frozen.
        try Command.run(["runc", "delete", "--force", container.id]).expectSuccess("runc delete")
        try agent.waitForEnd(of: container)
        #expect(try agent.process.stop() == 0)
    }

    /// The first process is not killed where the profile does not say so: the kernel stops it
    /// before the call returns, and it is frozen like that.
    @Test func theFirstProcessIsStoppedAndFrozen() throws {
        let quarantine = try Quarantine(mayKill: [])
        let container = quarantine.container
        defer { container.delete() }
        let agent = try quarantine.agent()
        try quarantine.start(agent)
        try quarantine.ask("self")
        try agent.wait("the container is frozen") { agent.alarms.first }
        usleep(200_000)
        #expect(try quarantine.isFrozen() && container.contents(of: "/run/done") == nil)
        #expect(try container.state() == "running")
        #expect(try quarantine.thaw().status == 0)
        // Who thaws lets the act happen that was stopped half way.
        try agent.wait("the first process goes on") {
            try container.contents(of: "/run/done") == nil ? nil : true
        }
        #expect(try agent.process.stop() == 0)
    }

    /// In monitor mode nothing is frozen; in enforce an agent that comes later freezes for what
    /// happened while there was none.
    @Test func theNextAgentFreezes() throws {
        let quarantine = try Quarantine(mayKill: [.initProcess, .execs])
        let container = quarantine.container
        defer { container.delete() }
        let agents = try PinnedAgents(["held.yaml": quarantine.profile])
        let options = ["--evidence", quarantine.directory]
        let first = try agents.startAndWait(options + ["--start-hold", "off"])
        try container.start()
        try first.waitFor("container \(container.id) (")
        try first.kill()
        try quarantine.ask("child")
        usleep(500_000)
        #expect(try !quarantine.isFrozen() && container.contents(of: "/run/done") == nil)
        let second = try agents.startAndWait(options + ["--start-hold", "off"])
        try second.waitFor("\"alarm\":\"quarantine\"")
        #expect(try quarantine.isFrozen() && quarantine.evidence().count == 1)
        #expect(try second.stop() == 0)
        // It stays so without an agent, and without pins.
        #expect(try agents.release().status == 0)
        #expect(try quarantine.isFrozen())
        #expect(try quarantine.thaw().status == 0)
        #expect(try !quarantine.isFrozen())
    }
}

/// A container whose first process beats, and reads a secret when it is asked to; its profile
/// quarantines that.
private final class Quarantine: Sendable {
    struct Manifest: Decodable {
        struct Container: Decodable { var name: String }
        struct Deviation: Decodable {
            var object: String
            var time: String
        }
        struct Process: Decodable {
            var pid: Int32
            var executable: String?
            var executableFile: String?
            var openFiles: Int
        }
        var container: Container
        var deviation: Deviation
        var processes: [Process]
        var frozenBy: UInt32
        var frozenAt: String
        var cut: [String]
    }

    let container: RuncContainer
    let profile: Profile
    let directory: String

    private static let source = #"""
        sub attack {
            open(my $in, "<", "/etc/shadow") or exit;
            open(my $out, ">", "/run/done");
            print {$out} <$in>;
        }
        my $beat = 0;
        while (1) {
            select(undef, undef, undef, 0.02);
            open(my $out, ">", "/run/beat"); print $out $beat++; close($out);
            if (-e "/run/child") { unlink "/run/child"; if (!fork) { attack(); exit } }
            if (-e "/run/self") { unlink "/run/self"; attack() }
        }
        """#

    init(mayKill: Set<Response.Spared>) throws {
        container = RuncContainer(
            name: "quarantine", command: ["/usr/bin/perl", "-e", Self.source])
        directory = "/tmp/loadline-test-evidence-" + UUID().uuidString
        let files: [FileRule] = [
            FileRule(path: "/usr/**", access: [.read, .map]),
            FileRule(path: "/etc/ld.so.cache", access: .read),
            FileRule(path: "/dev/**", access: [.read, .write]),
            FileRule(path: "/run/*", access: [.write, .create, .delete]),
        ]
        profile = Profile(
            name: "held", selector: Selector(containerName: container.id), mode: .enforce,
            actions: Actions(exec: .quarantine, file: .quarantine, egress: .quarantine),
            response: Response(mayKill: mayKill),
            executables: [
                ExecutableRules(
                    executable: ExecutableRules.runtime,
                    exec: [ExecRule(path: "/usr/bin/perl"), ExecRule(path: "/usr/bin/sleep")]),
                ExecutableRules(executable: "/usr/bin/perl", files: files),
                ExecutableRules(executable: "/usr/bin/sleep", files: files),
            ])
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func agent() throws -> AgentProcess {
        let agent = try AgentProcess(
            ["--mode", "enforce", "--evidence", directory], profiles: ["held.yaml": profile])
        try agent.waitUntilReady()
        return agent
    }

    func start(_ agent: AgentProcess) throws {
        try container.start()
        try agent.waitFor(container)
        try agent.wait("it beats") {
            try self.container.contents(of: "/run/beat") == nil ? nil : true
        }
    }

    func ask(_ what: String) throws { try container.plant(ContainerFile("/run/" + what, "")) }

    func isFrozen() throws -> Bool {
        let place = try CgroupHierarchy.find().directory(ofPath: container.cgroupPath)
        let events = try String(contentsOfFile: place + "/cgroup.events", encoding: .utf8)
        return events.contains("frozen 1")
    }

    func evidence() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).map { directory + "/" + $0 }
    }

    func manifest(_ place: String) throws -> Manifest {
        let data = try Data(contentsOf: URL(fileURLWithPath: place + "/manifest.json"))
        return try JSONDecoder().decode(Manifest.self, from: data)
    }

    func thaw() throws -> CommandResult {
        try Command.run([
            BuiltProgram.path(), "thaw", "--container", container.id, "--evidence", directory,
        ])
    }
}
