/// Something that was seen and not learned, because it is of a class that is never learned
/// without being asked for.
public struct Refusal: Hashable, Sendable {
    /// The class's name: `learn --allow-class NAME` learns it.
    public var neverLearned: String
    /// The executable that did it.
    public var executable: String
    /// `exec memfd:x`, `read, write /proc/1/mem`, `ptrace`.
    public var behaviour: String
    public var evidence: Evidence?

    public init(
        neverLearned: String, executable: String, behaviour: String, evidence: Evidence?
    ) {
        self.neverLearned = neverLearned
        self.executable = executable
        self.behaviour = behaviour
        self.evidence = evidence
    }

    /// One line for people.
    public var text: String {
        let times = evidence.map { ", seen \($0.count)x" } ?? ""
        return "\(YAMLText.visible(executable)): \(YAMLText.visible(behaviour)) "
            + "(\(YAMLText.visible(neverLearned))\(times))"
    }

    static func precedes(_ a: Refusal, _ b: Refusal) -> Bool {
        if a.neverLearned != b.neverLearned { return bytesPrecede(a.neverLearned, b.neverLearned) }
        if a.executable != b.executable { return bytesPrecede(a.executable, b.executable) }
        return bytesPrecede(a.behaviour, b.behaviour)
    }
}
