import SysFlow

/// Takes out of what was seen what is never learned.
struct RefusalFilter {
    let list: SensitiveList
    let allowed: Set<String>
    private(set) var refused: [Refusal] = []
    /// Paths that the container wrote or made, and the patterns of those that were folded.
    private var written = Set<PathBytes>()
    private var writtenPatterns: [GeneralisedPath] = []
    private var subject = ""
    /// Programs and files mapped as code, of all executables.
    let code: Set<PathBytes>

    init(_ behaviours: Behaviours, allowed: Set<String>, list: SensitiveList = .builtin) {
        self.list = list
        self.allowed = allowed
        let writing: FileAccess = [.write, .create]
        var code = Set<PathBytes>()
        for subject in behaviours.subjects.values {
            for (path, entry) in subject.files where !entry.access.isDisjoint(with: writing) {
                written.insert(path)
            }
            writtenPatterns += subject.folded.filter { !$0.access.isDisjoint(with: writing) }
            code.formUnion(subject.exec.keys)
            code.formUnion(subject.files.filter { $0.value.access.contains(.map) }.keys)
        }
        self.code = code
    }

    mutating func apply(_ subject: inout Behaviours.Subject, of path: PathBytes) {
        self.subject = path.pattern
        for (path, evidence) in subject.exec {
            let name = list.neverLearned(program: path) ?? classOfWritten(path)
            if refuse(name, "exec \(path.pattern)", evidence) { subject.exec[path] = nil }
        }
        for (path, entry) in subject.files {
            let kept = learnable(entry.access, of: path, entry.evidence)
            subject.files[path]?.access = kept
            if kept.isEmpty { subject.files[path] = nil }
        }
        for (capability, evidence) in subject.capabilities
        where refuse(list.object(capability)?.neverLearned, capability.name, evidence) {
            subject.capabilities[capability] = nil
        }
        for (act, evidence) in subject.acts
        where refuse(list.object(act)?.neverLearned, act.name, evidence) {
            subject.acts[act] = nil
        }
    }

    private mutating func learnable(
        _ access: FileAccess, of path: PathBytes, _ evidence: Evidence
    ) -> FileAccess {
        var kept = access
        if let (name, its) = list.neverLearned(path: path, access) {
            let words = its.words.joined(separator: ", ")
            if refuse(name, "\(words) \(path.pattern)", evidence) { kept.subtract(its) }
        }
        if kept.contains(.map), refuse(classOfWritten(path), "map \(path.pattern)", evidence) {
            kept.remove(.map)
        }
        return kept
    }

    private func classOfWritten(_ path: PathBytes) -> String? {
        written.contains(path) || writtenPatterns.contains { $0.admits(path.bytes) }
            ? NeverLearnedClass.writtenCode : nil
    }

    private mutating func refuse(
        _ name: String?, _ behaviour: String, _ evidence: Evidence
    ) -> Bool {
        guard let name, !allowed.contains(name) else { return false }
        refused.append(
            Refusal(
                neverLearned: name, executable: subject, behaviour: behaviour, evidence: evidence))
        return true
    }
}
