import Baseline
import Decision
import RandomProfiles
import Testing

/// The compiled program and the plain reading of the rules decide alike.
@Suite struct WalkerPropertyTests {
    private struct Tally {
        var cases = 0
        var known = 0
        var allowed = 0
    }

    @Test(arguments: [1, 2, 3])
    func agreesWithReference(seed: UInt64) throws {
        var random = RandomProfile(seed: seed)
        var tally = Tally()
        while tally.cases < 40_000 {
            let profile = random.profile()
            let walker = PolicyWalker(try PolicyCompiler().compile(profile))
            let reference = try ReferenceJudge(profile)
            for _ in 0..<240 {
                let one = try random.question(about: profile)
                Self.check(one, walker, reference, profile, &tally)
            }
        }
        // Both answers are common, or the cases would show nothing.
        #expect(tally.known * 4 > tally.cases)
        #expect(tally.allowed * 10 > tally.cases)
        #expect((tally.cases - tally.allowed) * 10 > tally.cases)
    }

    private static func check(
        _ one: RandomProfile.Question, _ walker: PolicyWalker, _ reference: ReferenceJudge,
        _ profile: Profile,
        _ tally: inout Tally
    ) {
        let subject =
            one.executable.map { walker.subject(executable: $0.span) } ?? walker.runtimeSubject
        let allowed = walker.allowed(
            subject: subject, dimension: one.dimension, object: one.object.span, phase: one.phase)
        let wanted = reference.allowed(
            executable: one.executable, dimension: one.dimension, object: one.object,
            phase: one.phase)
        tally.cases += 1
        if subject != 0 { tally.known += 1 }
        if allowed != 0 { tally.allowed += 1 }
        if (subject != 0) != (wanted != nil) || allowed != wanted ?? 0 {
            Issue.record("\(one): \(allowed), not \(String(describing: wanted)); \(profile)")
        }
    }
}
