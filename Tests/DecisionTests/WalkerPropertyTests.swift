import Baseline
import Decision
import SensorABI
import Testing

/// The compiled program and the plain reading of the rules decide alike.
@Suite struct WalkerPropertyTests {
    private struct Case {
        var executable: [UInt8]?
        var dimension: UInt8
        var object: [UInt8]
    }

    private struct Tally {
        var cases = 0
        var known = 0
        var allowed = 0
    }

    @Test(arguments: [1, 2, 3])
    func agreesWithReference(seed: UInt64) throws {
        var random = RandomProfile(generator: SeededGenerator(seed: seed))
        var tally = Tally()
        while tally.cases < 40_000 {
            let profile = random.profile()
            let walker = PolicyWalker(try PolicyCompiler().compile(profile))
            let reference = try ReferenceJudge(profile)
            for _ in 0..<240 {
                let one = try Self.makeCase(&random, profile)
                Self.check(one, walker, reference, profile, &tally)
            }
        }
        // Both answers are common, or the cases would show nothing.
        #expect(tally.known * 4 > tally.cases)
        #expect(tally.allowed * 10 > tally.cases)
        #expect((tally.cases - tally.allowed) * 10 > tally.cases)
    }

    private static func check(
        _ one: Case, _ walker: PolicyWalker, _ reference: ReferenceJudge, _ profile: Profile,
        _ tally: inout Tally
    ) {
        let subject =
            one.executable.map { walker.subject(executable: $0.span) } ?? walker.runtimeSubject
        let allowed = walker.allowed(
            subject: subject, dimension: one.dimension, object: one.object.span)
        let wanted = reference.allowed(
            executable: one.executable, dimension: one.dimension, object: one.object)
        tally.cases += 1
        if subject != 0 { tally.known += 1 }
        if allowed != 0 { tally.allowed += 1 }
        if (subject != 0) != (wanted != nil) || allowed != wanted ?? 0 {
            Issue.record("\(one): \(allowed), not \(String(describing: wanted)); \(profile)")
        }
    }

    private static func makeCase(_ random: inout RandomProfile, _ profile: Profile) throws -> Case {
        let rules = random.generator.pick(profile.executables)
        let executable: [UInt8]? =
            rules.executable == ExecutableRules.runtime
            ? nil : try random.path(near: rules.executable)
        // Another executable's object now and then: what one may, the other may not.
        let source = random.generator.oneIn(4) ? random.generator.pick(profile.executables) : rules
        let dimension = UInt8(random.generator.below(6))
        return Case(
            executable: executable, dimension: dimension,
            object: try object(&random, dimension, source))
    }

    private static func object(
        _ random: inout RandomProfile, _ dimension: UInt8, _ rules: ExecutableRules
    ) throws -> [UInt8] {
        switch dimension {
        case 1 where !rules.exec.isEmpty:
            return try random.path(near: random.generator.pick(rules.exec).path)
        case 3 where !rules.egress.isEmpty:
            let rule = random.generator.pick(rules.egress)
            return random.endpoint(near: rule.proto, rule.prefix, rule.ports)
        case 4 where !rules.listen.isEmpty:
            let rule = random.generator.pick(rules.listen)
            return random.endpoint(near: rule.proto, rule.prefix, rule.ports)
        default:
            guard !rules.files.isEmpty else { return Array("/a/b".utf8) }
            return try random.path(near: random.generator.pick(rules.files).path)
        }
    }
}
