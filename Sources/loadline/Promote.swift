import Agent
import ArgumentParser
import Baseline
import Export
import Foundation

struct Promote: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Raises a profile's mode to enforce, if nothing stands against it.",
        discussion: """
            Replays recordings first. Exit status 0: promoted; 3: refused, and what stands \
            against it is listed; 1: failure.

            Examples:
              loadline promote web.yaml --from friday.sf saturday.sf
              loadline promote web.yaml --from friday.sf --override 'the cron job is gone'
            """)

    @Argument(help: "The profile; it is changed.")
    var profile: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "SysFlow files to replay; - for standard input, unix:PATH for a stream.",
            valueName: "file"))
    var from: [String]

    @Option(help: ArgumentHelp("Only the container whose id begins so.", valueName: "id"))
    var container: String?

    @Option(
        help: ArgumentHelp(
            "Promote all the same; the reason is written into the profile.", valueName: "reason"))
    var override: String?

    @Option(help: ArgumentHelp("Who promotes; default: the user.", valueName: "name"))
    var by: String?

    @Flag(help: "Only say what stands against it.")
    var dryRun = false

    @OptionGroup var format: FormatOption

    func validate() throws {
        if let override, override.allSatisfy(\.isWhitespace) {
            throw ValidationError("--override wants a reason")
        }
    }

    func run() throws {
        try reporting {
            let text = try TextFile.read(profile)
            let old = try Profile(yaml: text, file: profile)
            let review = try PromotionReview(old, container: container)
            try review.read(from)
            let objections = review.objections
            let isPromoted = objections.isEmpty || override != nil
            switch format.format {
            case .text: try tell(review, objections, isPromoted)
            case .json:
                Terminal.print(
                    try PromotionJSON.line(
                        profile: old.name, isPromoted: isPromoted && !dryRun, against: objections,
                        alerts: review.alerts, judged: review.judged))
            }
            guard isPromoted else { throw ExitCode(3) }
            if dryRun { return }
            let new = review.promoted(by: by ?? user, files: from, override: override)
            let changed = ProfileText(promoting: text, from: old, to: new)
            if !changed.isPatched {
                Terminal.note(
                    "\(profile) is written anew: comments and the order of its rules are lost")
            }
            try ProfileFile.write(text: changed.text, to: profile)
            Terminal.note("\(profile): mode enforce")
        }
    }

    private func tell(
        _ review: PromotionReview, _ objections: [String], _ isPromoted: Bool
    ) throws {
        let text = AlertText(coloured: Terminal.hasColour)
        for alert in review.alerts { text.lines(alert).forEach(Terminal.print) }
        for objection in objections { Terminal.print("against it: \(objection)") }
        if objections.isEmpty {
            Terminal.print(
                "nothing stands against it: \(review.judged) behaviours replayed, none would be "
                    + "stopped")
        } else if !isPromoted {
            Terminal.print("refused: \(objections.count) objections; see docs/review.md, promote")
        }
    }

    /// Who asked for it, through sudo too.
    private var user: String {
        ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName()
    }
}
