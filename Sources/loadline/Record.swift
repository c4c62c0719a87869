import Agent
import ArgumentParser
import Kernel
import SysFlow
import Workloads

struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records a container's flows: into SysFlow files, to a stream, or both.",
        discussion: """
            Examples:
              loadline record --container web --duration 60s -o web.sf
              loadline record --container web -o web.sf --rotate 1h,100MB
              loadline record --container web --stream /run/sysflow.sock
            """)

    @OptionGroup var target: TargetOptions
    @OptionGroup var flows: FlowOptions

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    @Option(name: [.short, .long], help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Go on in a new file after this time or size: 5m, 100MB, or 1h,1GB.",
            valueName: "limit"))
    var rotate: RotationArgument?

    @Option(
        help: ArgumentHelp(
            "Send the flows to whoever listens at this UNIX socket, too.", valueName: "path"))
    var stream: String?

    func validate() throws {
        guard output != nil || stream != nil else {
            throw ValidationError("say where to: -o FILE, --stream PATH, or both")
        }
        guard rotate == nil || output != nil else {
            throw ValidationError("--rotate needs the files' name: -o FILE")
        }
    }

    @OptionGroup var encoding: EncodingOptions

    func run() throws {
        try reporting {
            Stop.catchSignals()
            let session = try Session(
                try target.required(), configuration: flows.configuration, stateRoot: target.host)
            let name = session.container.info.name
            let recording = try Recording(
                Recording.Options(
                    output: output, rotation: rotate?.rotation, stream: stream,
                    dialect: encoding.dialect, codec: encoding.codec))
            recording.onNote = { Terminal.note($0) }
            recording.earlyNotes.forEach(Terminal.note)
            session.node.onRecord = { record, _ in recording.append(record) }
            Terminal.note("recording \(name)")
            session.onProgress = { seconds in
                Terminal.progress("recording \(name): \(seconds) s, \(recording.records) records")
            }
            let end = try session.run(nanoseconds: duration?.nanoseconds) { try recording.turn() }
            try session.node.finish()
            let losses = try session.losses()
            recording.append(losses, of: session.container)
            try recording.close()
            Terminal.endProgress()
            var lines = recording.summary(of: name)
            if end == .containerEnded { lines[0] += "; the container ended" }
            lines.forEach(Terminal.note)
            losses.lines.forEach { Terminal.note("lost: \($0)") }
        }
    }
}
