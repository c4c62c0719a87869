public import Baseline
internal import Decision
public import Export
public import SysFlow

/// What enforcing a profile would have done to recorded flows.
public final class ReplaySession {
    private let profile: Profile
    private var learner: Learner
    private var replay: Replay

    public init(_ profile: Profile, container: String?) throws {
        self.profile = profile
        learner = Learner(Learner.Options(container: container))
        replay = Replay(program: try PolicyCompiler().compile(profile), mode: .enforce)
    }

    public func consume(_ record: Record) {
        for observation in learner.observe(record) { replay.judge(observation) }
    }

    public var deviating: Int { replay.total.deviating }
    public var judged: Int { replay.total.judged }

    /// What the recordings do not hold, by dimension.
    public var losses: [Dimension: Int] { learner.mergedBehaviours().losses }

    /// One for each kind of deviation, in the order of their first time.
    public var alerts: [Alert] {
        replay.deviations.values.sorted { $0.first.time < $1.first.time }.map(alert)
    }

    public var summary: String {
        let total = replay.total
        return "\(total.judged) behaviours judged: \(total.killed) would have been killed, "
            + "\(total.denied) denied, \(total.flagged) flagged"
    }

    private func alert(_ deviation: Replay.Deviation) -> Alert {
        let first = deviation.first
        let object: Baseline.Deviation.Object
        let text: String
        let access: [String]
        switch first.behaviour {
        case .exec(let path): (object, text, access) = (.exec(path), path.pattern, ["exec"])
        case .file(let path, let asked):
            (object, text, access) = (.file(path, asked), path.pattern, asked.words)
        case .egress(let endpoint):
            (object, text, access) = (.egress(endpoint), endpoint.description, ["connect"])
        case .listen(let endpoint, _):
            (object, text, access) = (.listen(endpoint), endpoint.description, ["listen"])
        case .capability(let capability):
            (object, text, access) = (.capability(capability), capability.name, ["use"])
        case .act(let act): (object, text, access) = (.act(act), act.name, ["use"])
        }
        let nearest = profile.nearestRules(
            to: Baseline.Deviation(subject: first.subject, object: object))
        let container = learner.container(first.container)
        var alert = Alert(
            time: first.time, containerID: first.container,
            containerName: container?.name ?? String(first.container.prefix(12)),
            image: container?.image, pod: nil, profile: profile.name,
            dimension: first.behaviour.dimension, verdict: deviation.verdict, access: access,
            object: text,
            lineage: [
                Alert.ProcessLine(
                    pid: UInt32(clamping: first.process.hostPID), executable: first.subject.pattern)
            ], nearest: nearest.text,
            nearestRules: nearest.rules.map { "\($0.subject): \($0.rule)" })
        alert.subject = first.subject.pattern
        return alert
    }
}
