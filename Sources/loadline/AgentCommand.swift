import Agent
import ArgumentParser
import Baseline
import Export
import Kernel

struct AgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Does the job for every container on this node.",
        discussion: """
            Containers come and go; each is matched to a profile of DIR by the profile's selector. \
            A profile that changes on disk is swapped in the kernel at once. A container without a \
            profile is learned (its profile goes to DIR/learned) or left alone.

            Examples:
              loadline agent --profiles /etc/loadline/profiles --mode learn
              loadline agent --profiles /etc/loadline/profiles --mode enforce --format json
            """)

    @Option(help: ArgumentHelp("The directory of profiles.", valueName: "dir"))
    var profiles: String

    @Option(help: "For profiles that do not say their mode.")
    var mode = AgentMode.monitor

    @Flag(help: "Learn containers that have no profile (always in --mode learn).")
    var learnUnmatched = false

    @Option(help: ArgumentHelp("Where the host's root file system is.", valueName: "dir"))
    var host = "/"

    @OptionGroup var starts: StartOptions
    @OptionGroup var flows: FlowOptions
    @OptionGroup var format: FormatOption

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    func run() throws {
        try reporting {
            Stop.catchSignals()
            var configuration = AgentSession.Configuration(profiles: profiles, mode: mode.mode)
            configuration.learnsUnmatched = learnUnmatched || mode == .learn
            configuration.stateRoot = host
            configuration.starts = starts.policy
            configuration.node = flows.configuration
            let agent = try AgentSession(configuration)
            let printer = AlertPrinter(format: format.format)
            agent.onAlert = { printer.print($0) }
            agent.onAlarm = { printer.print($0) }
            agent.onNote = { Terminal.note($0) }
            try agent.run(nanoseconds: duration?.nanoseconds)
        }
    }
}
