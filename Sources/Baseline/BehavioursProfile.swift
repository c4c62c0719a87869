extension Behaviours {
    /// The profile of these behaviours, generalised for the first time: file paths by typed
    /// wildcards, destinations by network where several of it were seen. Programs are never
    /// generalised, and what is never learned (`SensitiveList.classes`) is left out and listed in
    /// `refused`. Every other behaviour in here is allowed by it.
    ///
    /// - Parameters:
    ///   - allowing: names of such classes that are to be learned all the same.
    ///   - threshold: of its completeness.
    public func profile(
        name: String, selector: Selector = Selector(), allowing: Set<String> = [],
        phases: PhasePolicy = .guarded, threshold: Double = Completeness.usualThreshold
    ) -> Profile {
        var profile = markedProfile(
            name: name, selector: selector, allowing: allowing, phases: phases)
        profile.completeness = completeness(of: profile, threshold: threshold)
        for i in profile.executables.indices { profile.executables[i].forgetDraws() }
        for i in profile.refused.indices { profile.refused[i].evidence?.draws = Draws() }
        return profile
    }

    /// As above, with the draws in its evidence and no completeness.
    func markedProfile(
        name: String = "", selector: Selector = Selector(), allowing: Set<String> = [],
        phases: PhasePolicy = .guarded
    ) -> Profile {
        var profile = Profile(name: name, selector: selector, actions: .learned)
        // Written down, so that a reviewer sees it and can take it out.
        profile.response.mayKill = Set(Response.Spared.allCases)
        var filter = RefusalFilter(self, allowed: allowing)
        for (path, seen) in subjects {
            var subject = seen
            filter.apply(&subject, of: path)
            profile.executables.append(
                ExecutableRules(
                    executable: path.pattern,
                    exec: subject.exec.map {
                        ExecRule(
                            path: $0.key.pattern, digests: digests(of: $0.key), evidence: $0.value)
                    },
                    files: PathGeneraliser.generalise(
                        subject.files, subject.folded, code: filter.code
                    ).map {
                        FileRule(
                            path: $0.pattern.text, access: $0.access,
                            digests: $0.access.contains(.map)
                                ? $0.exactPath.map(digests(of:)) ?? [] : [],
                            evidence: $0.evidence, reason: $0.reason)
                    },
                    egress: AddressGeneraliser.egress(subject.egress),
                    listen: AddressGeneraliser.listen(subject.listen),
                    capabilities: subject.capabilities.map {
                        CapabilityRule(capability: $0.key, evidence: $0.value)
                    },
                    acts: subject.acts.map { ActRule(act: $0.key, evidence: $0.value) }))
        }
        profile.learned = Provenance(sources)
        profile.refused = filter.refused
        for i in profile.refused.indices {
            profile.refused[i].evidence?.limit(toStartup: false)
        }
        if hasServed { profile.limitToStartup(phases) }
        profile.executables = profile.executables.map { $0.withPhasesInEvidence() }
        return profile.sorted()
    }
}
