import Agent
import Baseline
import ContainerHarness
import Foundation
import Kernel

/// The agent's resident memory with one container and with many, each bound to a profile.
struct MemoryBenchmark {
    private static let aim = 64.0
    private static let name = "idle"
    private var usage: [(containers: Int, usage: ProcessUsage)] = []

    init(_ plan: Plan, _ loadline: String) throws {
        let profiles = NSTemporaryDirectory() + "loadline-benchmark-profiles-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: profiles) }
        try FileManager.default.createDirectory(atPath: profiles, withIntermediateDirectories: true)
        try Self.writeProfile(to: profiles + "/idle.yaml")
        let agent = try LoadlineProcess(
            loadline, ["agent", "--profiles", profiles, "--mode", "enforce", "--no-pins"])
        try agent.waitFor("loaded")
        var containers: [RuncContainer] = []
        defer { for container in containers { container.delete() } }
        for count in [1, plan.containers] {
            say("the agent with \(count) containers")
            while containers.count < count {
                if Stop.isRequested { throw Rig.Interrupted() }
                let container = RuncContainer(
                    name: Self.name, command: ["/bin/sleep", "infinity"])
                containers.append(container)
                try container.start()
            }
            try Self.wait(agent, for: containers)
            usage.append((count, try ProcessUsage(pid: agent.processIdentifier)))
        }
        _ = try agent.stop()
    }

    /// The agent says of each container what it does with it.
    private static func wait(_ agent: LoadlineProcess, for containers: [RuncContainer]) throws {
        for container in containers { try agent.waitFor("container \(container.id)") }
        sleep(2)
    }

    /// Allows everything to every program: what is measured is the agent, not a profile.
    private static func writeProfile(to path: String) throws {
        let all = ExecutableRules(
            executable: "/**", exec: [ExecRule(path: "/**")],
            files: [FileRule(path: "/**", access: [.read, .write, .create, .map])])
        var runtime = all
        runtime.executable = ExecutableRules.runtime
        let profile = Profile(
            name: name, selector: Selector(containerName: "loadline-test-\(name)-*"),
            executables: [all, runtime])
        try ProfileFile.write(profile, to: path)
    }

    func report(to report: inout Report) {
        report.add("## The agent's memory")
        report.add(
            """
            Resident memory of `loadline agent`, in MiB; *private* is without files and without \
            the ring buffer, which is mapped from the kernel. Aim: \(text(Self.aim, 0)) with all \
            of these containers.
            """)
        var table = Table(["containers", "resident", "private", ""])
        for entry in usage {
            let resident = Double(entry.usage.residentBytes) / 1_048_576
            table.add([
                grouped(entry.containers), text(resident, 1),
                text(Double(entry.usage.privateBytes) / 1_048_576, 1),
                resident <= Self.aim ? "reached" : "missed",
            ])
        }
        report.add(table.text)
    }
}
