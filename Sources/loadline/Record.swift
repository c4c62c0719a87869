import Agent
import ArgumentParser
import Kernel
import SysFlow
import Workloads

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records a container's flows to a SysFlow file.",
        discussion: """
            Example:
              loadline record --container web --duration 60s -o web.sf
              sysprint web.sf
            """)

    @OptionGroup var target: TargetOptions
    @OptionGroup var flows: FlowOptions

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @OptionGroup var encoding: EncodingOptions

    func run() throws {
        try reporting {
            Stop.catchSignals()
            let session = try Session(
                try target.required(), configuration: flows.configuration, stateRoot: target.host)
            let trace = try TraceFile(
                path: output, exporter: "loadline", dialect: encoding.dialect,
                codec: encoding.codec)
            var failure: (any Error)?
            session.node.onRecord = { record, _ in
                do { try trace.append(record) } catch { failure = failure ?? error }
            }
            Terminal.note("recording \(session.container.info.name)")
            session.onProgress = { seconds in
                Terminal.progress(
                    "recording \(session.container.info.name): \(seconds) s, \(trace.records) records"
                )
            }
            let end = try session.run(nanoseconds: duration?.nanoseconds) {
                if let failure { throw failure }
            }
            try session.node.finish()
            if let failure { throw failure }
            let losses = try session.losses()
            try trace.append(losses, of: session.container)
            try trace.close()
            Terminal.endProgress()
            Terminal.note(
                "\(output): \(trace.records) records of \(session.container.info.name)"
                    + (end == .containerEnded ? "; the container ended" : ""))
            trace.omissions.lines.forEach { Terminal.note("left out: \($0)") }
            losses.lines.forEach { Terminal.note("lost: \($0)") }
        }
    }
}
