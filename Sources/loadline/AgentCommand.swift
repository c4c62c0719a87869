import Agent
import ArgumentParser
import Baseline
import Export
import Kernel
import Sensor

struct AgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Does the job for every container on this node.",
        discussion: """
            Containers come and go; each is matched to a profile of DIR by the profile's selector. \
            A profile that changes on disk is swapped in the kernel at once. A container without a \
            profile is learned (its profile goes to DIR/learned) or left alone.

            What is in the kernel is pinned: whether the agent is stopped, killed or replaced, \
            containers stay held, and the next agent takes over. `loadline release` ends it.

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

    @OptionGroup var digests: DigestOption
    @OptionGroup var starts: StartOptions
    @OptionGroup var pins: PinOption

    @Flag(help: "Pin nothing: everything ends with the agent.")
    var noPins = false

    @Flag(help: "When the agent is asked to end, free every container.")
    var releaseAtExit = false

    @Flag(help: "Keep all privileges after the start, to trace or debug the agent.")
    var unconfined = false

    @Option(help: .hidden)
    var sensorObject: String?

    @OptionGroup var evidence: EvidenceOption
    @OptionGroup var flows: FlowOptions
    @OptionGroup var format: FormatOption

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    func run() throws {
        try reporting {
            Stop.catchSignals()
            var configuration = AgentSession.Configuration(profiles: profiles, mode: mode.mode)
            configuration.learnsUnmatched = learnUnmatched || mode == .learn
            configuration.digests = digests.choice
            configuration.stateRoot = host
            configuration.starts = starts.policy
            configuration.node = flows.configuration
            configuration.node.pins = noPins ? nil : pins.place
            configuration.node.object = try sensorObject.map { try ObjectFile.read($0) }
            configuration.node.evidence = evidence.evidence
            configuration.releasesAtExit = releaseAtExit
            configuration.isConfined = !unconfined
            let agent = try AgentSession(configuration)
            let printer = AlertPrinter(format: format.format)
            agent.onAlert = { printer.print($0) }
            agent.onAlarm = { printer.print($0) }
            agent.onNote = { Terminal.note($0) }
            try agent.run(nanoseconds: duration?.nanoseconds)
        }
    }
}
