import Agent
import ArgumentParser

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what this kernel and these privileges allow, by dimension.",
        discussion: """
            Every line is found by loading a probe program and firing it. Exit status 0: enforcing \
            is possible; 1: it is not.

            With --self: what is left to an agent once it runs. Without --pid this process gives \
            up its privileges as an agent does, and looks at itself. Exit status 0: it has no more \
            than it should; 1: more.

            Examples:
              loadline doctor
              loadline doctor --self
              loadline doctor --self --pid 4711 --format json
            """)

    @OptionGroup var pins: PinOption
    @OptionGroup var format: FormatOption

    @Flag(name: .customLong("self"), help: "Look at Loadline's own privileges.")
    var isAboutItself = false

    @Option(help: ArgumentHelp("With --self: an agent that runs.", valueName: "id"))
    var pid: UInt32?

    func validate() throws {
        if pid != nil, !isAboutItself { throw ValidationError("--pid goes with --self") }
    }

    func run() throws {
        try reporting {
            if isAboutItself { return try lookAtItself() }
            let report = Diagnosis.make(pins: pins.place)
            switch format.format {
            case .text: report.lines.forEach(Terminal.print)
            case .json: Terminal.print(try report.json())
            }
            if !report.canEnforce { throw ExitCode(1) }
        }
    }

    private func lookAtItself() throws {
        let report = try SelfReport.make(of: pid)
        switch format.format {
        case .text: report.lines.forEach(Terminal.print)
        case .json: Terminal.print(try report.json())
        }
        if !report.isConfined { throw ExitCode(1) }
    }
}
