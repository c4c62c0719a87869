import Agent
import ArgumentParser
import Baseline
import SysFlow

/// Learning all containers of recordings as replicas of one workload.
struct ReplicaOptions: ParsableArguments {
    @Flag(help: "The files show replicas of one workload: learn all of them as one.")
    var replicas = false

    @Option(
        help: ArgumentHelp("With --replicas: how many have to show it.", valueName: "number"))
    var quorum = 1

    func validate() throws {
        guard quorum >= 1 else { throw ValidationError("--quorum wants a number from 1 up") }
        guard replicas || quorum == 1 else {
            throw ValidationError("--quorum counts replicas: give --replicas too")
        }
    }

    /// The profile, and how each replica would have fared under what the others showed.
    func profile(
        of learning: Learning, name: String?, from files: [String], allowing: Set<String>,
        threshold: Double
    ) throws -> Profile {
        let containers = learning.learner.containers
        guard let first = containers.first else {
            throw FileProblem("the files show nothing of any container")
        }
        let (profile, dropped) = try learning.profile(
            ofReplicas: containers, name: name ?? learning.learner.container(first)?.name ?? first,
            quorum: quorum, allowing: allowing, threshold: threshold)
        for rule in dropped {
            Terminal.note(
                "left out: \(rule.subject): \(rule.rule.text), shown by \(rule.shown) of "
                    + "\(containers.count)")
        }
        try validate(learning, containers, files, allowing)
        return profile
    }

    private func validate(
        _ learning: Learning, _ containers: [String], _ files: [String], _ allowing: Set<String>
    ) throws {
        guard containers.count > 1 else { return }
        if files.contains(where: { $0 == "-" || $0.hasPrefix("unix:") }) {
            Terminal.note("no replica was held out: a stream cannot be read twice")
            return
        }
        var validation = try CrossValidation(
            learning.behaviours(ofReplicas: containers), allowing: allowing)
        _ = try Traces.read(files) { validation.consume($0) }
        validation.result.lines.forEach { Terminal.note($0) }
        if validation.notTried > 0 {
            Terminal.note("\(validation.notTried) behaviours more were not tried")
        }
    }
}
