import Agent
import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what this kernel and these privileges allow, by dimension.",
        discussion: """
            Every line is found by loading a probe program and firing it. Exit status 0: enforcing \
            is possible; 1: it is not.
            """)

    @OptionGroup var pins: PinOption
    @OptionGroup var format: FormatOption

    func run() throws {
        try reporting {
            let report = Diagnosis.make(pins: pins.place)
            switch format.format {
            case .text: report.lines.forEach(Terminal.print)
            case .json: Terminal.print(try report.json())
            }
            if !report.canEnforce { throw ExitCode(1) }
        }
    }
}
