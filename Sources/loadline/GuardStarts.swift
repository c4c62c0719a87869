import Agent
import ArgumentParser
import Kernel

/// Started by `agent` beside itself; not for people.
struct GuardStarts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard-starts",
        abstract: "Lets containers start that a dead agent has left waiting.",
        shouldDisplay: false)

    @Option(help: "Milliseconds that a new agent has to take over.")
    var patience: UInt64

    func run() throws {
        do throws(KernelError) {
            try Confinement.enter(.startGuard)
        } catch {
            Terminal.note("the agent's helper keeps more privileges than it needs: \(error)")
        }
        try reporting {
            let count = try LeftStarts.letGo(patience: patience * 1_000_000)
            if count > 0 {
                Terminal.note("the agent is gone: \(count) programs that it held were let go")
            }
        }
    }
}
