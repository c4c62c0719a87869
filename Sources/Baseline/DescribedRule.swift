/// A rule of any dimension with what speaks for it.
public struct DescribedRule: Hashable, Sendable {
    public var rule: RuleDescription
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    /// Why it is wider than what was seen.
    public var reason: String?
}

extension ExecutableRules {
    /// All its rules, in the order in which they are written.
    public var described: [DescribedRule] {
        let evident: [any EvidentRule] = exec + files + egress + listen + capabilities + acts
        return zip(descriptions, evident).map { description, rule in
            DescribedRule(
                rule: description, phase: rule.phase, evidence: rule.evidence, reason: rule.reason)
        }
    }
}
