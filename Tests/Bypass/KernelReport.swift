import ContainerHarness
import DecisionComparison
import Foundation

/// What one kernel did with all bypasses.
struct KernelReport: Codable {
    var kernel: String
    var mode: AttachMode
    /// Instructions that the verifier went through, by program.
    var verifiedInstructions: [String: Int]
    var results: [BypassResult]
    var returns: SystemCallReturns?
    /// Whether the kernel's decision and Swift's are one; nil: not asked.
    var equality: Equality?

    struct Equality: Codable {
        var cases: Int
        /// What they answer differently, or what was asked too rarely; empty: they agree.
        var complaints: [String]

        /// Dimensions, phases and sizes of programs, at random.
        static func ask(cases: Int) throws -> Equality {
            var comparison = try KernelComparison(seed: 20_261)
            try comparison.run(cases: cases)
            return Equality(
                cases: comparison.tally.cases,
                complaints: comparison.disagreements
                    + comparison.whatIsMissing.map { "too rarely asked: \($0)" })
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path))
    }

    /// Each of four sizes of programs comes several times in as many.
    private static let equalityCases = 110_000

    /// - Parameter path: what is known so far is written there, where there are no twins.
    static func run(
        loadline: String, _ scope: BypassScope, writingTo path: String
    ) throws -> KernelReport {
        struct Doctor: Decodable {
            var attachMode: AttachMode?
            var verifiedInstructions: [String: Int]
        }
        var diagnosis = Doctor(attachMode: scope.mode, verifiedInstructions: [:])
        if scope.mode == nil {
            let doctor = try Command.run([loadline, "doctor", "--format", "json"], timeout: 600)
            let text = Data(doctor.stdout.utf8)
            if let said = try? JSONDecoder().decode(Doctor.self, from: text) { diagnosis = said }
        }
        guard let mode = diagnosis.attachMode else {
            throw HarnessError("loadline doctor says that it cannot enforce here")
        }
        let folder = NSTemporaryDirectory() + "loadline-bypass-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let release = try String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        var report = KernelReport(
            kernel: release.trimmingCharacters(in: .whitespacesAndNewlines), mode: mode,
            verifiedInstructions: diagnosis.verifiedInstructions, results: [])
        let run = BypassRun(loadline: loadline, mode: mode, folder: folder, scope: scope)
        run.say("kernel and Swift are asked the same")
        report.equality = try Equality.ask(cases: equalityCases)
        run.say("they were asked \(report.equality?.cases ?? 0) times")
        report.results = try run.run { results in
            var part = report
            part.results = results
            try part.write(to: path)
        }
        report.returns = run.returns
        return report
    }
}
