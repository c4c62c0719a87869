import Agent
import ArgumentParser
import Baseline
import Export

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says which rule of a profile allows something, or what is missing.",
        discussion: """
            Exit status 0: it is allowed; 3: it is not; 1: failure.

            Examples:
              loadline explain web.yaml --event alerts.json
              loadline explain web.yaml --executable /usr/sbin/nginx --file /etc/passwd --access read
              loadline explain web.yaml --executable /usr/sbin/nginx --egress 'tcp 10.0.0.1:443'
              loadline explain web.yaml --exec /usr/bin/dash
            """)

    @Argument(help: "The profile.")
    var profile: String

    @Option(
        help: ArgumentHelp(
            "Alerts, as watch, agent or replay write them with --format json; - for standard "
                + "input.", valueName: "file"))
    var event: String?

    @Option(
        help: ArgumentHelp(
            "Who acts; default: the runtime, which starts the entry point.", valueName: "path"))
    var executable = ExecutableRules.runtime

    @Option(help: ArgumentHelp("A program that is started.", valueName: "path"))
    var exec: String?

    @Option(help: ArgumentHelp("A file that is used.", valueName: "path"))
    var file: String?

    @Option(help: ArgumentHelp("With --file: read,write,create,...", valueName: "words"))
    var access = "read"

    @Option(help: ArgumentHelp("A connection: 'tcp 10.0.0.1:443'.", valueName: "endpoint"))
    var egress: String?

    @Option(help: ArgumentHelp("A local address: 'tcp 0.0.0.0:80'.", valueName: "endpoint"))
    var listen: String?

    @Option(help: ArgumentHelp("A capability.", valueName: "name"))
    var capability: String?

    @Option(help: ArgumentHelp("A rare act.", valueName: "name"))
    var act: String?

    func run() throws {
        try reporting {
            let profile = try ProfileFile.read(profile)
            let explanations = try deviations().map { Explanation($0, in: profile) }
            for explanation in explanations { explanation.lines.forEach(Terminal.print) }
            if explanations.contains(where: { !$0.isAllowed }) { throw ExitCode(3) }
        }
    }

    private func deviations() throws -> [Deviation] {
        let asked: [(Dimension, String?)] = [
            (.exec, exec), (.file, file), (.egress, egress), (.listen, listen),
            (.capability, capability), (.act, act),
        ]
        var found: [Deviation] = []
        if let event {
            found = try AlertReader.behaviours(in: try TextFile.read(event), file: event)
                .map(\.deviation)
        }
        for (dimension, object) in asked {
            guard let object else { continue }
            found.append(
                try Deviation(
                    subject: executable, dimension: dimension,
                    access: access.split(separator: ",").map(String.init), object: object))
        }
        guard !found.isEmpty else {
            throw ValidationError(
                "say what to explain: --event, --exec, --file, --egress, --listen, --capability "
                    + "or --act")
        }
        return found
    }
}
