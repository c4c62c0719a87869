import ContainerHarness
import Foundation
import Kernel
import SensorABI
import Testing

extension AgentSuite {
    /// Who removes pins or edits maps behind the agent's back is told of within a second or so, and
    /// what was done is mended; meanwhile everything is held as before.
    @Test func damageIsToldAndMended() throws {
        try withHeldPerl { agents, service, container in
            let agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            let files = agents.files

            for file in ["on_system_call", "containers"] {
                let path = try agents.path(of: file)
                try Self.expectTold(agent, "the pin \(path) was removed: pinned again") {
                    try FileManager.default.removeItem(atPath: path)
                }
            }
            #expect(agents.files == files)
            // Every link at once, as `rm -r` does it.
            let links = try (agents.path(of: "on_fork") as NSString).deletingLastPathComponent
            try Self.expectTold(agent, "\(links)/on_exec was removed: pinned again") {
                try FileManager.default.removeItem(atPath: links)
            }
            #expect(try !Kind.perl.attack("perl-shell", service, container).happened)
            #expect(agents.files == files)

            try Self.expectTold(agent, "the program on_connect4 was detached: attached again") {
                try Command.run(
                    ["bpftool", "link", "detach", "pinned", agents.path(of: "on_connect4")]
                ).expectSuccess("bpftool")
            }
            #expect(try !Kind.perl.attack("perl-tcp4", service, container).happened)

            let words = try OwnedMap(at: agents.path(of: "container_state"))
            let slots = try (1..<UInt32(LL_SLOTS)).filter {
                try words.map.value(at: $0, as: UInt64.self) ?? 0 != 0
            }
            try Self.expectTold(agent, "somebody changed what the kernel holds \(container.id) to")
            {
                for slot in slots { try words.map.set(slot, to: UInt64(LL_CONTAINER_WATCHED)) }
            }
            #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
            #expect(try agent.stop() == 0)
        }
    }

    /// Nobody was there to see it: the next agent finds it.
    @Test func damageWithoutAnAgentIsFound() throws {
        try withHeldPerl { agents, service, container in
            var agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            // A link's pin was all that held it; a map's programs hold it on, out of reach.
            for file in ["on_system_call", "containers"] {
                try agent.kill()
                try FileManager.default.removeItem(atPath: agents.path(of: file))
                agent = try agents.startAndWait()
                #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
                #expect(agent.output.contains("ALARM"), "\(agent.output.suffix(2000))")
            }
            #expect(try agent.stop() == 0)
        }
    }

    /// What `release --force` takes from a running agent is not pinned again.
    @Test func forcedReleaseLasts() throws {
        try withHeldPerl { agents, service, container in
            let agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            let released = try agents.release(["--force"])
            #expect(released.status == 0 && released.stdout.contains("until it ends"))
            try agent.waitFor("was released by", timeout: 10)
            usleep(1_500_000)
            #expect(!FileManager.default.fileExists(atPath: agents.pins))
            #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
            #expect(try agent.stop() == 0)
        }
    }

    private static func expectTold(
        _ agent: LoadlineProcess, _ text: String, _ act: () throws -> Void
    ) throws {
        let begin = Date()
        try act()
        try agent.waitFor(text, timeout: 30)
        print("told after \(Int(Date().timeIntervalSince(begin) * 1000)) ms: \(text)")
    }
}
