import Agent
import ArgumentParser
import Baseline

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what a profile allows, for people.")

    @Argument(help: "The profile.")
    var profile: String

    func run() throws {
        try reporting {
            for line in ProfileSummary(try ProfileFile.read(profile)).lines { Terminal.print(line) }
        }
    }
}
