import Baseline
import SysFlow

/// A profile whose every text attacks the page that it is printed on.
enum HostileProfile {
    static let script = "<script>document.title='pwned'</script>"
    static let attribute = "\"onmouseover=\"document.title='pwned'\" x='"

    static func make() -> Profile {
        let steering = "\u{1b}[31m\u{202e}\u{7}\n"
        let text = "\(script)\(attribute)&lt;]]>--><!--\(steering)"
        let evidence = Evidence(
            count: 3, firstSeen: 0, lastSeen: 1, source: SourceID(rawValue: 7), example: text)
        var profile = Profile(
            name: text, selector: Selector(image: text, containerName: text, labels: [text: text]),
            executables: [
                ExecutableRules(
                    executable: ExecutableRules.runtime,
                    exec: [ExecRule(path: "/bin/a\(text)", evidence: evidence, reason: text)]),
                ExecutableRules(
                    executable: "/bin/a\(text)",
                    exec: [ExecRule(path: "/bin/b\(text)", evidence: evidence, reason: text)],
                    files: [
                        FileRule(
                            path: "/tmp/\(text)", access: [.read, .write], phase: .startup,
                            evidence: evidence, reason: text)
                    ]),
            ],
            learned: Provenance(
                from: 0, to: 1, records: 1, losses: [text: 1],
                sources: [
                    SourceID(rawValue: 7): Source(replica: text, name: text, recording: 1)
                ]),
            completeness: Completeness(
                unit: text, threshold: 0.001,
                estimates: [
                    .file: Estimate(
                        behaviours: 1, startup: 0, draws: 10, once: 1, twice: 0, unseen: 0.1,
                        bound: 1, chao: 1e300, curve: [], reason: text)
                ],
                jobs: [Job(executable: text, period: 1_000_000_000, jitter: 0, times: 1)],
                missing: [.restart]))
        profile.refused = [
            Refusal(neverLearned: text, executable: text, behaviour: text, evidence: evidence)
        ]
        profile.promoted = Promotion(
            time: 0, by: text, files: [text], judged: 1, override: text, against: [text])
        return profile
    }
}
