import Agent
import ArgumentParser

struct EvidenceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where evidence of quarantined containers is kept.", valueName: "dir"))
    var evidence = "/var/lib/loadline/evidence"
}

struct ThawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "thaw",
        abstract: "Lets a quarantined container go on, and says why it was frozen.",
        discussion: """
            Its profile stays in force. Exit status 0, also where the container is not frozen; 1: \
            it could not be thawed, or nothing says that Loadline froze it.

            Examples:
              loadline thaw --container web
              loadline thaw --container web --evidence /srv/evidence
            """)

    @OptionGroup var target: TargetOptions
    @OptionGroup var evidence: EvidenceOption

    @Flag(help: "Although somebody else may have frozen it.")
    var force = false

    func run() throws {
        try reporting {
            let lines = try Thaw.run(
                try target.required(), evidence: evidence.evidence, stateRoot: target.host,
                force: force)
            lines.forEach(Terminal.print)
        }
    }
}
