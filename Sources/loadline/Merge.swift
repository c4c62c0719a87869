import Agent
import ArgumentParser
import Baseline

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes one profile of several, of replicas or nodes.",
        discussion: """
            The order does not matter, and merging a profile twice changes nothing. With \
            --quorum 2 only what two of them allow enters: an attack on one replica does not.

            Examples:
              loadline merge a.yaml b.yaml -o web.yaml
              loadline merge a.yaml b.yaml c.yaml --quorum 2 -o web.yaml
            """)

    @Argument(help: ArgumentHelp("Profiles.", valueName: "profile"))
    var profiles: [String]

    @Option(help: ArgumentHelp("Replicas that have to allow a rule.", valueName: "number"))
    var quorum = 1

    @Option(help: ArgumentHelp("The profile's name; default: of its parts.", valueName: "name"))
    var name: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The profile to write; default: stdout.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard !profiles.isEmpty else { throw ValidationError("name the profiles to merge") }
        guard quorum >= 1 else { throw ValidationError("--quorum wants a number from 1 up") }
    }

    func run() throws {
        try reporting {
            let parts = try profiles.map { try ProfileFile.read($0) }
            let merge = QuorumMerge(parts, quorum: quorum)
            guard quorum <= merge.replicas else {
                throw FileProblem(
                    "--quorum \(quorum) of \(merge.replicas) replicas would allow nothing; give "
                        + "the profiles of more replicas, or a smaller quorum")
            }
            if Set(parts.map(\.selector)).count > 1 {
                Terminal.note(
                    "the profiles are for different containers; see the selector of the result")
            }
            var profile = merge.profile
            if let name { profile.name = name }
            for dropped in merge.dropped {
                Terminal.note(
                    "left out: \(dropped.subject): \(dropped.rule.text), shown by "
                        + "\(dropped.shown) of \(merge.replicas)")
            }
            if let held = HoldOut(profiles: parts, quorum: quorum) {
                held.lines.forEach { Terminal.note($0) }
            }
            if let output {
                try ProfileFile.write(profile, to: output)
                Terminal.note("\(output): \(ProfileCount(profile).text)")
            } else {
                Terminal.print(profile.yaml)
            }
        }
    }
}
