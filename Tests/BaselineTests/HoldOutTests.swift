import Baseline
import SysFlow
import Testing

@Suite struct HoldOutTests {
    /// Wilson's interval, by hand and from published tables.
    @Test(arguments: [
        (0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0), (0, 1000, 0.0, 0.00383), (0, 0, 0.0, 1.0),
    ])
    func intervals(_ failed: Int, _ trials: Int, _ low: Double, _ high: Double) {
        let interval = HoldOut.Rate(failed: failed, trials: trials).interval
        #expect(abs(interval.lowerBound - low) < 0.0002)
        #expect(abs(interval.upperBound - high) < 0.0002)
    }

    /// The interval covers the rate that trials are drawn by, nearly as often as it says.
    @Test(arguments: [2, 10, 40]) func theIntervalCovers(percent: Int) {
        var generator = Generator(seed: percent)
        var covered = 0
        for _ in 0..<2000 {
            var rate = HoldOut.Rate()
            for _ in 0..<100 {
                rate.trials += 1
                rate.failed += generator.chance(percent) ? 1 : 0
            }
            covered += rate.interval.contains(Double(percent) / 100) ? 1 : 0
        }
        #expect(covered > 1840 && covered < 1990, "\(covered)")
    }

    private static func profile(_ paths: [String]) -> Profile {
        Profile(
            name: "p",
            executables: [
                ExecutableRules(
                    executable: "/a", exec: [ExecRule(path: "/b")],
                    files: paths.map { FileRule(path: $0, access: .read) })
            ])
    }

    @Test func whatOneAloneShowedFails() {
        let parts = [["/x", "/y"], ["/x", "/y"], ["/x", "/z"]].map(Self.profile)
        let held = HoldOut(profiles: parts)
        #expect(held?.rates[.file] == HoldOut.Rate(failed: 1, trials: 6))
        #expect(held?.rates[.exec] == HoldOut.Rate(failed: 0, trials: 3))
        // With a quorum also what only one of the others showed.
        let strict = HoldOut(profiles: parts, quorum: 2)
        #expect(strict?.rates[.file] == HoldOut.Rate(failed: 3, trials: 6))
        #expect(held?.lines.count == 3)
        #expect(HoldOut(profiles: [parts[0]]) == nil)
    }
}
