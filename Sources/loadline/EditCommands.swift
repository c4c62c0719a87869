import Agent
import ArgumentParser
import Baseline
import Export

/// What `allow` and `deny` have in common.
struct EditOptions: ParsableArguments {
    @Argument(help: "The profile; it is changed.")
    var profile: String

    @Option(
        help: ArgumentHelp(
            "Alerts, as watch, agent or replay write them with --format json; - for standard "
                + "input.", valueName: "file"))
    var from: String

    @Flag(help: "Only say what would be changed.")
    var dryRun = false

    /// The behaviours that the alerts are about, each once; alerts of other profiles are told.
    func behaviours(for profile: Profile) throws -> [AlertReader.Behaviour] {
        let all = try AlertReader.behaviours(in: try TextFile.read(from), file: from)
        let ours = all.filter { $0.profile == profile.name || $0.profile.isEmpty }
        if ours.count < all.count {
            Terminal.note(
                "\(all.count - ours.count) alerts are of other profiles than \(profile.name): "
                    + "passed over")
        }
        guard !ours.isEmpty else {
            throw FileProblem("\(from): no alert of the profile \(profile.name) is in it")
        }
        var seen = Set<Deviation>()
        return ours.filter { seen.insert($0.deviation).inserted }
    }

    /// Shows the change, and makes it.
    func apply(_ new: Profile, to old: Profile, text: String) throws {
        let diff = ProfileDiff(from: old, to: new)
        diff.lines.forEach(Terminal.print)
        if diff.isEmpty || dryRun { return }
        let changed = ProfileText(changing: text, from: old, to: new)
        if !changed.isPatched {
            Terminal.note(
                "\(profile) is written anew: comments and the order of its rules are lost")
        }
        try ProfileFile.write(text: changed.text, to: profile)
        Terminal.note("\(profile): changed")
    }
}

struct Allow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes a profile so that it allows what alerts are about.",
        discussion: """
            Exactly what was seen is allowed, nothing like it. The change is printed; comments and \
            the order of rules stay.

            Examples:
              loadline watch --profile web.yaml --container web --format json >alerts.json
              loadline allow web.yaml --from alerts.json --dry-run
              loadline allow web.yaml --from alerts.json
            """)

    @OptionGroup var options: EditOptions

    @Option(help: ArgumentHelp("Why; written into the rules.", valueName: "text"))
    var reason: String?

    func run() throws {
        try reporting {
            let text = try TextFile.read(options.profile)
            let old = try Profile(yaml: text, file: options.profile)
            var new = old
            for behaviour in try options.behaviours(for: old) {
                new.allow(
                    behaviour.deviation,
                    reason: reason ?? "allowed from the alert of \(behaviour.time)")
            }
            try options.apply(new, to: old, text: text)
        }
    }
}

struct Deny: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes a profile so that it does not allow what alerts are about.",
        discussion: """
            Takes away the rules for exactly that. A rule that is for more is left and named, and \
            the status is 1: narrow it by hand.

            Example:
              loadline deny web.yaml --from alerts.json
            """)

    @OptionGroup var options: EditOptions

    func run() throws {
        try reporting {
            let text = try TextFile.read(options.profile)
            let old = try Profile(yaml: text, file: options.profile)
            var new = old
            var left: [Permission] = []
            for behaviour in try options.behaviours(for: old) {
                left += new.deny(behaviour.deviation)
            }
            try options.apply(new, to: old, text: text)
            for permission in left {
                Terminal.note(
                    "still allowed by \(permission.rule.text) of \(permission.subject), which is "
                        + "for more than that: narrow it by hand")
            }
            if !left.isEmpty { throw ExitCode(1) }
        }
    }
}
