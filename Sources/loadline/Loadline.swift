import ArgumentParser

@main
struct Loadline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadline",
        abstract: "Learns what a container does, and holds it to that.",
        discussion: """
            Exit status: 0 success, 1 failure, 3 deviations were found, 64 unusable \
            arguments.

            Examples:
              loadline doctor
              loadline learn --container web --duration 5m -o web.yaml
              loadline show web.yaml
              loadline watch --profile web.yaml --container web --mode enforce
            """,
        version: "0.1.0",
        subcommands: [
            Record.self, PrintCommand.self, Stat.self, Convert.self, Learn.self, Show.self,
            Merge.self, Diff.self, Explain.self, Allow.self, Deny.self,
            Promote.self, Replay.self, Watch.self,
            AgentCommand.self, ReleaseCommand.self, ThawCommand.self,
            GuardStarts.self,
            Doctor.self,
        ])
}
