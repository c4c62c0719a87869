/// The stages of a service's life: it starts up until it first listens, and serves from then on.
/// A rule without one holds in both.
public enum Phase: String, Hashable, Sendable, CaseIterable { case startup, serving }

extension Profile {
    /// Whether a rule is for one phase only, so that the kernel has to know it.
    public var hasPhases: Bool {
        executables.contains { rules in
            rules.exec.contains { $0.phase != nil } || rules.files.contains { $0.phase != nil }
                || rules.egress.contains { $0.phase != nil }
                || rules.listen.contains { $0.phase != nil }
                || rules.capabilities.contains { $0.phase != nil }
                || rules.acts.contains { $0.phase != nil }
        }
    }
}

/// Which rules a learned profile limits to the phase in which all of their evidence was seen.
public enum PhasePolicy: String, Hashable, Sendable, CaseIterable {
    case off
    /// What would serve an attacker: programs, acts, capabilities, changes of files, and files of
    /// the sensitive list. A service reads its configuration and connects anew whenever it
    /// reloads or a peer was away, so what is only read, and destinations, are not limited.
    case guarded
    /// All but what the runtime starts, libraries, and where the service listens.
    case all
}

extension Profile {
    /// Limits rules to `startup` where only processes that were starting up did it.
    mutating func limitToStartup(_ policy: PhasePolicy) {
        guard policy != .off else { return }
        for i in executables.indices where executables[i].executable != ExecutableRules.runtime {
            executables[i].limitToStartup(policy)
        }
    }
}

extension ExecutableRules {
    fileprivate mutating func limitToStartup(_ policy: PhasePolicy) {
        func phase(_ evidence: Evidence?) -> Phase? {
            evidence?.whileServing == false ? .startup : nil
        }
        for i in exec.indices { exec[i].phase = phase(exec[i].evidence) }
        for i in acts.indices { acts[i].phase = phase(acts[i].evidence) }
        for i in capabilities.indices { capabilities[i].phase = phase(capabilities[i].evidence) }
        // A record says that a library was mapped, and not how often.
        for i in files.indices
        where !files[i].access.contains(.map) && (policy == .all || files[i].isGuarded) {
            files[i].phase = phase(files[i].evidence)
        }
        guard policy == .all else { return }
        for i in egress.indices { egress[i].phase = phase(egress[i].evidence) }
    }
}

extension FileRule {
    fileprivate var isGuarded: Bool {
        !access.isDisjoint(with: [.write, .create, .delete, .metadata])
    }
}

extension ExecutableRules {
    /// Evidence says of a rule's phase what the rule says: what else was seen at startup only has
    /// no meaning once it is a rule.
    func withPhasesInEvidence() -> ExecutableRules {
        var rules = self
        for i in exec.indices { rules.exec[i].settle() }
        for i in files.indices { rules.files[i].settle() }
        for i in egress.indices { rules.egress[i].settle() }
        for i in listen.indices { rules.listen[i].settle() }
        for i in capabilities.indices { rules.capabilities[i].settle() }
        for i in acts.indices { rules.acts[i].settle() }
        return rules
    }
}

extension EvidentRule {
    fileprivate mutating func settle() {
        let isLimited = phase == .startup
        evidence?.limit(toStartup: isLimited)
    }
}
