import Agent
import ArgumentParser
import Baseline
import Export

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what two profiles allow differently.",
        discussion: """
            Exit status 0: the new one allows no more; 3: it does; 1: failure.

            Examples:
              loadline diff old.yaml new.yaml
              loadline diff --format markdown --fail-on breadth old.yaml new.yaml
            """)

    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

    enum Failing: String, ExpressibleByArgument, CaseIterable { case growth, breadth }

    @Argument(help: "The profile as it was.")
    var old: String

    @Argument(help: "The profile as it is to be.")
    var new: String

    @Option(help: "text for people, json (one object), markdown for a pull request.")
    var format = Form.text

    @Option(
        help: """
            What ends with status 3: growth, that anything more is allowed or less is stopped; \
            breadth, that a sensitive object is allowed that was not.
            """)
    var failOn = Failing.growth

    func run() throws {
        try reporting {
            let diff = ProfileDiff(
                from: try ProfileFile.read(old), to: try ProfileFile.read(new))
            switch format {
            case .text: diff.lines.forEach(Terminal.print)
            case .json: Terminal.print(try DiffJSON.text(diff))
            case .markdown: Terminal.print(diff.markdown(title: new))
            }
            let fails =
                switch failOn {
                case .growth: diff.grows
                case .breadth: !diff.newlySensitive.isEmpty
                }
            if fails { throw ExitCode(3) }
        }
    }
}
