import Agent
import ArgumentParser
import Baseline
import Export
import Kernel
import Sensor
import Workloads

struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Compares a running container with its profile; flags, denies or kills deviations.",
        discussion: """
            Exit status 0: no deviation; 3: some; 1: failure.

            Examples:
              loadline watch --profile web.yaml --container web --mode monitor
              loadline watch --profile web.yaml --container web --mode enforce --format json
            """)

    @Option(help: ArgumentHelp("The profile.", valueName: "file"))
    var profile: String

    @OptionGroup var target: TargetOptions
    @OptionGroup var flows: FlowOptions
    @OptionGroup var evidence: EvidenceOption
    @OptionGroup var format: FormatOption

    @Option(help: "monitor: flag only. enforce: do what the profile's actions say.")
    var mode = EnforcementMode.monitor

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    @Option(help: ArgumentHelp("Record the flows to this SysFlow file too.", valueName: "file"))
    var record: String?

    func run() throws {
        try reporting {
            let profile = try ProfileFile.read(self.profile)
            Stop.catchSignals()
            var configuration = flows.configuration
            configuration.evidence = evidence.evidence
            configuration.recordsFlows = record != nil
            let session = try Session(
                try target.required(), configuration: configuration, stateRoot: target.host)
            let name = session.container.info.name
            let trace = try record.map { try TraceFile(path: $0, exporter: "loadline") }
            var failure: (any Error)?
            var alerts = 0
            let printer = AlertPrinter(format: format.format)
            session.node.onRecord = { record, _ in
                guard failure == nil else { return }
                do {
                    try trace?.append(record)
                } catch {
                    // A full disk ends the recording and not the protection.
                    failure = error
                    Terminal.note("loadline: \(error); watching goes on without a recording")
                }
            }
            session.node.onAlert = { alert in
                alerts += 1
                printer.print(alert)
            }
            session.node.onAlarm = { printer.print($0) }
            let bound = try session.node.install(profile, mode: mode.mode)
            try session.node.bind(session.container, to: bound)
            Terminal.note(
                "watching \(name) with profile \(profile.name), mode \(mode.rawValue), "
                    + "attach mode \(session.node.attachMode)")
            session.onProgress = {
                Terminal.progress("watching \(name): \($0) s, \(alerts) deviations")
            }
            let end = try session.run(nanoseconds: duration?.nanoseconds)
            try session.node.finish()
            Terminal.endProgress()
            try summarise(session, alerts, end)
            if let failure { throw failure }
            try trace?.append(try session.losses(), of: session.container)
            try trace?.append(suppressed: session.node, of: session.container)
            try trace?.close()
            if alerts > 0 { throw ExitCode(3) }
        }
    }

    private func summarise(_ session: Session, _ alerts: Int, _ end: Session.End) throws {
        let counts = try session.node.statistics(session.container)
        let sum = { (values: [UInt64]) in values.reduce(0, +) }
        Terminal.note(
            "\(session.container.info.name): \(sum(counts.decided)) decisions, "
                + "\(sum(counts.flagged)) flagged, \(sum(counts.denied)) denied, "
                + "\(sum(counts.killed) + UInt64(session.container.killedLate)) killed"
                + (end == .containerEnded ? "; the container ended" : ""))
        if session.node.alertsSuppressed > 0 {
            Terminal.note(
                "\(session.node.alertsSuppressed) alerts were not printed, being too many")
        }
        try session.losses().lines.forEach { Terminal.note("lost: \($0)") }
    }
}

struct AlertPrinter {
    var format: Format

    func print(_ alert: Alert) {
        print(AlertText(coloured: Terminal.hasColour).lines(alert)) { try AlertJSON.line(alert) }
    }

    func print(_ alarm: Alarm) {
        print([AlertText(coloured: Terminal.hasColour).line(alarm)]) { try AlertJSON.line(alarm) }
    }

    private func print(_ lines: [String], json: () throws -> String) {
        switch format {
        case .text:
            if Terminal.hasProgress { Terminal.endProgress() }
            lines.forEach(Terminal.print)
        case .json:
            do {
                Terminal.print(try json())
            } catch {
                Terminal.note("loadline: an alert could not be written as JSON: \(error)")
            }
        }
    }
}
