public import Baseline

/// What a reviewer asks of a profile, answered in plain words; how it is laid out is not its
/// matter.
public struct ProfileReview: Sendable {
    /// Its rules in order.
    public let profile: Profile
    public let breadth: Breadth
    let tree: ProcessTree
    /// In the order of the tree.
    let programs: [Program]

    public init(_ profile: Profile) {
        self.profile = profile.sorted()
        breadth = profile.breadth()
        tree = ProcessTree(self.profile.executables)
        programs = Program.all(of: self.profile.executables, in: tree)
    }

    struct Fact {
        var label: String
        var text: String
        var isBad = false
    }

    /// `33 rules of 2 programs`
    var size: String {
        let rules = programs.reduce(0) { $0 + $1.rules.count }
        let count = programs.count { !$0.isRuntime }
        return "\(Self.counted(rules, "rule")) of \(Self.counted(count, "program"))"
    }

    static func counted(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    /// What the page says of the profile as a whole.
    var facts: [Fact] {
        var facts = [
            Fact(label: "for", text: selector, isBad: profile.selector == Selector()),
            Fact(label: "mode", text: profile.mode?.rawValue ?? "the agent's default"),
            Fact(label: "deviations", text: deviations),
            Fact(label: "response", text: response),
        ]
        if let identity { facts.append(identity) }
        if let learned = profile.learned {
            facts.append(Fact(label: "learned", text: span(learned)))
            let lost = losses(learned)
            facts.append(
                Fact(label: "losses", text: lost ?? "nothing was lost", isBad: lost != nil))
        } else {
            facts.append(Fact(label: "learned", text: "no: written by hand"))
        }
        if let promoted = profile.promoted {
            facts.append(
                Fact(
                    label: "promoted", text: PlainText.visible(promoted.text),
                    isBad: promoted.override != nil))
        }
        return facts
    }

    /// To the second.
    static func time(_ nanoseconds: Int64) -> String {
        let second: Int64 = 1_000_000_000
        return PlainText.time(nanoseconds / second * second)
    }

    private var selector: String {
        let selector = profile.selector
        var parts: [String] = []
        if let image = selector.image { parts.append("image \(image)") }
        if let name = selector.containerName { parts.append("container \(name)") }
        parts += selector.labels.sorted { PlainText.precedes($0.key, $1.key) }.map {
            "label \($0.key)=\($0.value)"
        }
        if parts.isEmpty { return "no container: the selector is empty" }
        return PlainText.visible(parts.joined(separator: ", "))
    }

    /// `kill exec, file, act; deny egress, listen; not judged: capability`
    private var deviations: String {
        let all = profile.actions.all
        var parts = Action.allCases.reversed().compactMap { action -> String? in
            let its = all.filter { $0.action == action }.map(\.dimension.name)
            return its.isEmpty ? nil : "\(action.rawValue) \(its.joined(separator: ", "))"
        }
        let open = Dimension.allCases.filter { dimension in
            !all.contains { $0.dimension == dimension }
        }
        if !open.isEmpty {
            parts.append("NOT JUDGED: \(open.map(\.name).joined(separator: ", "))")
        }
        return parts.joined(separator: "; ")
    }

    private var response: String {
        let response = profile.response
        let kills = { response.mayKill.contains($0) ? "may be killed" : "is not killed" }
        let breaker =
            response.breaker.map { "monitored after \($0) refusals and kills a minute" }
            ?? "no breaker"
        return "the first process \(kills(.initProcess)), what is started in it "
            + "\(kills(.execs)), \(breaker)"
    }

    /// nil: no rule names contents.
    private var identity: Fact? {
        let bound = programs.reduce(0) { $0 + $1.rules.count { !$0.digests.isEmpty } }
        if bound == 0 { return nil }
        let rules = Self.counted(bound, "rule")
        return profile.identity == .content
            ? Fact(label: "identity", text: "\(rules) by content")
            : Fact(
                label: "identity", text: "by path: \(rules) with digests not judged", isBad: true)
    }

    private func span(_ learned: Provenance) -> String {
        let replicas = Set(learned.sources.values.map(\.replica)).count
        let sources = learned.sources.count
        let of =
            sources == 0
            ? ""
            : " of \(Self.counted(sources, "recording")) of \(Self.counted(replicas, "replica"))"
        return "\(Self.time(learned.from)) to \(Self.time(learned.to)), "
            + "\(Self.counted(learned.records, "record"))\(of)"
    }

    private func losses(_ learned: Provenance) -> String? {
        let lost = learned.losses.filter { $0.value > 0 }
            .sorted { PlainText.precedes($0.key, $1.key) }
        if lost.isEmpty { return nil }
        return "PARTIAL: lost "
            + lost.map { "\($0.value) in \(PlainText.visible($0.key))" }.joined(separator: ", ")
    }
}
