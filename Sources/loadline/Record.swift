import Agent
import ArgumentParser
import Kernel
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

    func run() throws {
        try reporting {
            Stop.catchSignals()
            let session = try Session(
                try target.required(), configuration: flows.configuration, stateRoot: target.host)
            let trace = try TraceFile(path: output, exporter: "loadline")
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
            try trace.close()
            Terminal.endProgress()
            let losses = try session.losses()
            Terminal.note(
                "\(output): \(trace.records) records of \(session.container.info.name)"
                    + (end == .containerEnded ? "; the container ended" : ""))
            if trace.omittedIPv6 > 0 {
                Terminal.note(
                    "left out: \(trace.omittedIPv6) IPv6 flows and events, for which SysFlow "
                        + "version 5 has no room")
            }
            if trace.omittedNetworkEvents > 0 {
                Terminal.note(
                    "left out: \(trace.omittedNetworkEvents) network events, which the public "
                        + "SysFlow tools cannot read")
            }
            losses.lines.forEach { Terminal.note("lost: \($0)") }
        }
    }
}
