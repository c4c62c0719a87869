import Agent
import ArgumentParser

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Frees every container: takes out of the kernel what an agent pinned there.",
        discussion: """
            Links go first, then maps. Exit status 0, also where nothing is pinned; 1: an agent \
            runs, or something could not be removed.
            """)

    @OptionGroup var pins: PinOption

    @Flag(
        help: """
            Although an agent runs: it goes on until it ends, and pins nothing any more.
            """)
    var force = false

    func run() throws {
        try reporting {
            for line in try Release.run(pins.place, force: force).lines { Terminal.print(line) }
        }
    }
}
