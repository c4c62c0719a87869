import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// Another version takes over while a container attacks: one whose programs differ, one whose
    /// maps differ too, and the first one again.
    @Test func anotherVersionTakesOver() throws {
        try withHeldPerl { agents, service, container in
            let variants = try SensorVariants()
            var agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            let loop = AttackLoop(service, container)
            loop.start()
            let own = agents.files
            for (arguments, sharesMaps) in [
                (["--sensor-object", variants.otherCode], true),
                (["--sensor-object", variants.otherMaps], false), ([], false),
            ] {
                let before = Set(agents.files)
                try agent.kill()
                agent = try agents.startAndWait(arguments)
                let after = Set(agents.files)
                #expect(after.count == before.count, "\(after)")
                let kept = after.intersection(before)
                #expect(kept.contains { $0.contains("/maps/") } == sharesMaps, "\(kept)")
                #expect(!kept.contains { $0.contains("/links-") }, "\(kept)")
                usleep(1_000_000)
            }
            #expect(agents.files == own)
            let tally = loop.stop()
            print("three changes of version: \(tally)")
            #expect(tally.throughInAll == 0 && tally.broken.isEmpty, "\(tally) \(tally.broken)")
            #expect(tally.triedInAll > 0)
            #expect(try agent.stop() == 0)
        }
    }

    /// A stopped agent holds as a running one does.
    @Test func stoppedAgentsHold() throws {
        try withHeldPerl { agents, service, container in
            let agent = try agents.startAndWait()
            try agent.waitFor("container \(container.id) (")
            kill(agent.processIdentifier, SIGSTOP)
            let tally = AttackLoop(service, container, seconds: 4).round()
            kill(agent.processIdentifier, SIGCONT)
            #expect(tally.throughInAll == 0 && tally.broken.isEmpty, "\(tally) \(tally.broken)")
            for sort in AttackLoop.sorts { #expect(tally.tried[sort, default: 0] > 0, "\(tally)") }
            #expect(try service.answers(in: container))
            #expect(try agent.stop() == 0)
        }
    }
}

/// The sensor's object, built otherwise than the one in the binary.
final class SensorVariants {
    let otherCode: String
    let otherMaps: String
    private let directory: String

    init() throws {
        directory = "/tmp/loadline-test-variants-\(getpid())-0"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        otherCode = directory + "/code.o"
        otherMaps = directory + "/maps.o"
        try Self.compile("WAKE_BYTES=(1u<<19)", to: otherCode)
        try Self.compile("AREAS=16u", to: otherMaps)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private static func compile(_ definition: String, to path: String) throws {
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let clang = try Command.run(["sh", "-c", "readlink -f \"$(command -v swift)\""])
            .stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        let tools = (clang as NSString).deletingLastPathComponent
        try Command.run(
            [
                tools + "/clang", "-O2", "-g", "-mcpu=v3", "-target", "bpf",
                "-I/usr/include/x86_64-linux-gnu", "-I\(source)/bpf",
                "-I\(source)/Sources/SensorABI/include", "-D__TARGET_ARCH_x86", "-D\(definition)",
                "-c", "\(source)/bpf/loadline.bpf.c", "-o", path,
            ], timeout: 120
        ).expectSuccess("clang")
    }
}
