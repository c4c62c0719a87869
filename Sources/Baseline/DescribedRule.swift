/// A rule of any dimension with what speaks for it.
public struct DescribedRule: Hashable, Sendable {
    public var rule: RuleDescription
    /// nil: in all.
    public var phase: Phase?
    /// Contents that what it is for may have; none: any.
    public var digests: [ContentDigest]
    public var evidence: Evidence?
    /// Why it is wider than what was seen.
    public var reason: String?
}

extension ExecutableRules {
    /// All its rules, in the order in which they are written.
    public var described: [DescribedRule] {
        let evident: [any EvidentRule] = exec + files + egress + listen + capabilities + acts
        return zip(zip(descriptions, conditions), evident).map { described, rule in
            DescribedRule(
                rule: described.0, phase: rule.phase, digests: described.1.digests,
                evidence: rule.evidence, reason: rule.reason)
        }
    }
}
