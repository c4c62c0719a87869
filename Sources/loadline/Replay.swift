import Agent
import ArgumentParser
import Baseline
import Decision
import Export

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a profile would have flagged, denied or killed in recorded flows.",
        discussion: """
            Exit status 0: nothing; 3: something; 1: failure, or a file is damaged.

            Example:
              loadline replay web.yaml --from friday.sf
            """)

    @Argument(help: "The profile.")
    var profile: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "SysFlow files to replay; - for standard input, unix:PATH for a stream.",
            valueName: "file"))
    var from: [String]

    @Option(help: ArgumentHelp("Only the container whose id begins so.", valueName: "id"))
    var container: String?

    @OptionGroup var format: FormatOption

    func run() throws {
        try reporting {
            let profile = try ProfileFile.read(profile)
            let session = try ReplaySession(profile, container: container)
            let problems = try Traces.read(from) { session.consume($0) }
            for problem in problems { Terminal.note("damaged: \(problem.file): \(problem.text)") }
            let text = AlertText(coloured: Terminal.hasColour)
            for alert in session.alerts {
                switch format.format {
                case .text: text.lines(alert).forEach(Terminal.print)
                case .json: Terminal.print(try AlertJSON.line(alert))
                }
            }
            Terminal.note(session.summary)
            // What could not be read may hold anything.
            if !problems.isEmpty { throw ExitCode(1) }
            if session.deviating > 0 { throw ExitCode(3) }
        }
    }
}
