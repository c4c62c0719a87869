public import Baseline
internal import SeededRandom
internal import SysFlow

extension RandomProfile {
    /// What a hook asks a profile: may this executable do this to that object?
    public struct Question: Sendable {
        /// nil: the runtime's set-up phase.
        public var executable: [UInt8]?
        public var dimension: UInt8
        public var object: [UInt8]
        public var phase: Phase
    }

    /// A question at or near the border of what the profile's rules match.
    public mutating func question(about profile: Profile) throws -> Question {
        let rules = generator.pick(profile.executables)
        let executable: [UInt8]? =
            rules.executable == ExecutableRules.runtime ? nil : try path(near: rules.executable)
        // Another executable's object now and then: what one may, the other may not.
        let source = generator.oneIn(4) ? generator.pick(profile.executables) : rules
        let dimension = UInt8(generator.below(8))
        return Question(
            executable: executable, dimension: dimension, object: try object(dimension, source),
            phase: generator.pick(Phase.allCases))
    }

    /// One byte; now and then none or two, which no rule is for.
    private mutating func number(near known: [UInt8]) -> [UInt8] {
        let number =
            known.isEmpty || generator.oneIn(3)
            ? UInt8(generator.below(70)) : generator.pick(known)
        if generator.oneIn(50) { return [] }
        return generator.oneIn(50) ? [number, 0] : [number]
    }

    private mutating func object(
        _ dimension: UInt8, _ rules: ExecutableRules
    ) throws -> [UInt8] {
        switch dimension {
        case 1 where !rules.exec.isEmpty:
            return try path(near: generator.pick(rules.exec).path)
        case 3 where !rules.egress.isEmpty:
            let rule = generator.pick(rules.egress)
            return endpoint(near: rule.proto, rule.prefix, rule.ports)
        case 4 where !rules.listen.isEmpty:
            let rule = generator.pick(rules.listen)
            return endpoint(near: rule.proto, rule.prefix, rule.ports)
        case 5:
            return number(near: rules.capabilities.map(\.capability.rawValue))
        case 6:
            return number(near: rules.acts.map(\.act.rawValue))
        default:
            guard !rules.files.isEmpty else { return Array("/a/b".utf8) }
            return try path(near: generator.pick(rules.files).path)
        }
    }
}
