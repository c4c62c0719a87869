import Agent
import ArgumentParser
import Baseline
import Kernel
import SysFlow
import Workloads

struct Learn: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Learns a profile, live or from recorded files.",
        discussion: """
            With --until-stable learning ends when, in every dimension, the next second in which \
            the container does anything brings something new with a probability under --threshold, \
            at 95 % confidence; --at-most bounds the time. The profile is written in any case; \
            exit status 4 says that it is not complete, and why stands on stderr.

            Examples:
              loadline learn --container web --duration 10m -o web.yaml
              loadline learn --container web --until-stable --at-most 2h -o web.yaml
              loadline learn --container web --duration 10m --digests all -o web.yaml
              loadline learn --from monday.sf tuesday.sf --until-stable -o web.yaml
              loadline learn --from a.sf b.sf c.sf --replicas --quorum 2 -o web.yaml
              loadline learn --from ci.sf --allow-class written-code -o ci.yaml
            """)

    @OptionGroup var target: TargetOptions
    @OptionGroup var flows: FlowOptions
    @OptionGroup var replicas: ReplicaOptions
    @OptionGroup var digests: DigestOption

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "SysFlow files to learn from; - for standard input, unix:PATH for a stream.",
            valueName: "file"))
    var from: [String] = []

    @Option(help: ArgumentHelp("How long; default: until stopped.", valueName: "time"))
    var duration: Duration?

    @OptionGroup var stability: StabilityOptions

    @Option(help: ArgumentHelp("The profile's name; default: the container's.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "Which rules are limited to the start where only that showed them: off, guarded "
                + "(programs, acts, capabilities, changed files), all.", valueName: "which"))
    var phases = LimitedRules.guarded

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The profile to write; default: stdout.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Learn this too, which is never learned otherwise; may be given several times: "
                + SensitiveList.builtin.classes.map(\.name).joined(separator: ", ") + ".",
            valueName: "name"))
    var allowClass: [String] = []

    func validate() throws {
        let known = SensitiveList.builtin.classes.map(\.name)
        for name in allowClass where !known.contains(name) {
            throw ValidationError(
                "there is no class \(name); there are: \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        try reporting {
            var isDamaged = false
            let profile = from.isEmpty ? try live() : try recorded(&isDamaged)
            for refusal in profile.refused { Terminal.note("not learned: \(refusal.text)") }
            if !profile.refused.isEmpty {
                Terminal.note("is that wanted? then --allow-class with the word in brackets")
            }
            if let output {
                try ProfileFile.write(profile, to: output)
                Terminal.note("\(output): \(ProfileCount(profile).text)")
            } else {
                Terminal.print(profile.yaml)
            }
            if let completeness = profile.completeness { try stability.judge(completeness) }
            if isDamaged { throw ExitCode(1) }
        }
    }

    private func live() throws -> Profile {
        Stop.catchSignals()
        var configuration = flows.configuration
        // Completeness counts by seconds, and sees what flows show when they are exported.
        configuration.exportInterval = min(configuration.exportInterval, 1_000_000_000)
        let session = try Session(
            try target.required(), configuration: configuration, stateRoot: target.host)
        let container = session.container
        var learning = Learning(phases: phases.policy)
        let (node, choice) = (session.node, digests.choice)
        node.onRecord = { [unowned node] record, container in
            for observation in learning.observe(record) {
                guard let path = choice.path(in: observation.behaviour) else { continue }
                node.lookAtContent(
                    of: path, in: container,
                    process: UInt32(truncatingIfNeeded: observation.process.hostPID))
            }
        }
        node.onContent = { container, path, digest in
            learning.note(content: digest, of: path, in: container.recordID)
        }
        Terminal.note("learning \(container.info.name)")
        let limit = stability.isAsked ? stability.atMost.nanoseconds : duration?.nanoseconds
        var progress = ""
        var watch = stability.isAsked ? StabilityWatch(threshold: stability.threshold) : nil
        session.onProgress = { seconds in
            Terminal.progress(
                "learning \(container.info.name): \(seconds) s of \(Terminal.duration(limit)), "
                    + "\(learning.learner.records(of: container.info.id)) behaviours\(progress)")
        }
        do {
            _ = try session.run(nanoseconds: limit) {
                guard let state = try watch?.look(learning, container, session) else { return }
                progress = "; \(CompletenessText(state).worst)"
                if !Terminal.hasProgress {
                    Terminal.note("learning \(container.info.name)\(progress)")
                }
                if state.isComplete { throw StabilityWatch.Stable() }
            }
        } catch is StabilityWatch.Stable {}
        try session.node.finish()
        Terminal.endProgress()
        let losses = try session.losses()
        losses.lines.forEach { Terminal.note("lost: \($0)") }
        learning.note(losses, of: container.info.id)
        return try learning.profile(
            of: container.info.id, name: name ?? container.info.name, image: container.info.image,
            containerName: container.info.name, allowing: Set(allowClass),
            threshold: stability.threshold)
    }

    private func recorded(_ isDamaged: inout Bool) throws -> Profile {
        guard target.cgroup == nil else {
            throw ValidationError("--from takes --container, not --cgroup")
        }
        var learning = Learning(phases: phases.policy)
        var read = 0
        let problems = try Traces.read(from) { record in
            learning.consume(record)
            read += 1
            if read % 100_000 == 0 { Terminal.progress("\(read) records") }
        }
        Terminal.endProgress()
        for problem in problems { Terminal.note("damaged: \(problem.file): \(problem.text)") }
        isDamaged = !problems.isEmpty
        if replicas.replicas {
            return try replicas.profile(
                of: learning, name: name, from: from, allowing: Set(allowClass),
                threshold: stability.threshold)
        }
        let id = try chosen(learning.learner.containers)
        let container = learning.learner.container(id)
        return try learning.profile(
            of: id, name: name ?? container?.name ?? id, image: container?.image,
            containerName: container?.name, allowing: Set(allowClass),
            threshold: stability.threshold)
    }

    private func chosen(_ containers: [String]) throws -> String {
        let fitting =
            target.container.map { prefix in containers.filter { $0.hasPrefix(prefix) } }
            ?? containers
        guard let id = fitting.first else {
            throw FileProblem(
                "the files show nothing of "
                    + (target.container.map { "a container \($0)" } ?? "any container"))
        }
        guard fitting.count == 1 else {
            throw FileProblem(
                "the files show \(fitting.count) containers; give --replicas if they are of one "
                    + "workload, else choose one with --container: "
                    + fitting.prefix(10).map { String($0.prefix(12)) }.joined(separator: ", "))
        }
        return id
    }
}

/// How large a profile is, in words.
struct ProfileCount {
    var profile: Profile
    init(_ profile: Profile) { self.profile = profile }

    var text: String {
        let rules = profile.executables
        let exec = rules.reduce(0) { $0 + $1.exec.count }
        let files = rules.reduce(0) { $0 + $1.files.count }
        let egress = rules.reduce(0) { $0 + $1.egress.count }
        let listen = rules.reduce(0) { $0 + $1.listen.count }
        let capabilities = rules.reduce(0) { $0 + $1.capabilities.count }
        let acts = rules.reduce(0) { $0 + $1.acts.count }
        return "profile \(profile.name): \(rules.count) executables, \(exec) exec, \(files) file, "
            + "\(egress) egress, \(listen) listen, \(capabilities) capability, \(acts) act rules"
    }
}
