import Agent
import ArgumentParser
import Foundation
import Kernel
import SysFlow

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes traces anew: in the other dialect, with another codec, or as one file.",
        discussion: """
            The output appears under its name when it is whole. What the dialect sysflow has no
            room for is left out and counted.

            Exit status 0: all was converted or left out as said; 1: failure, or an input is damaged
            (what could be read of it is in the output).

            Examples:
              loadline convert web.sf -o web-v5.sf --dialect sysflow
              loadline convert monday.sf tuesday.sf -o both.sf --codec zstandard
            """)

    @Argument(help: ArgumentHelp("The traces, in this order.", valueName: "file"))
    var inputs: [String]

    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @OptionGroup var encoding: EncodingOptions

    func run() throws {
        try reporting {
            // A rename would put a file in the place of a device.
            if let status = Files.status(output), !status.isRegular {
                throw FileProblem("\(output) is no regular file; give -o the name of one")
            }
            // A name of its own: NAME.partial may be what is converted.
            let partial = "\(output).\(ProcessInfo.processInfo.processIdentifier).partial"
            let trace = try TraceFile(
                path: partial, dialect: encoding.dialect, codec: encoding.codec)
            var problems: [Traces.Problem] = []
            do {
                problems = try Traces.read(inputs) { record in
                    try trace.append(record)
                    if trace.records % 65_536 == 0 {
                        Terminal.progress("\(trace.records) records written")
                    }
                }
                try trace.close()
                try Files.rename(partial, to: output)
            } catch {
                try? FileManager.default.removeItem(atPath: partial)
                throw error
            }
            Terminal.endProgress()
            Terminal.note("\(output): \(trace.records) records")
            trace.omissions.lines.forEach { Terminal.note("left out: \($0)") }
            for problem in problems { Terminal.note("damaged: \(problem.file): \(problem.text)") }
            if !problems.isEmpty { throw ExitCode(1) }
        }
    }
}
