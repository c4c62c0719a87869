import Baseline
import Decision
import DecisionComparison
import Enforcement
import Foundation
import Testing

/// The kernel's walk and Swift's give one answer: a recording is replayed with the meaning that
/// the hooks have.
@Suite(.serialized) struct KernelWalkerTests {
    private static let cases = 110_000

    @Test func kernelAgreesWithSwift() throws {
        var comparison = try KernelComparison(seed: 20_260)
        try comparison.run(cases: Self.cases)
        print("kernel and Swift compared: \(comparison.tally)")
        #expect(comparison.disagreements.isEmpty)
        #expect(comparison.whatIsMissing.isEmpty)
    }

    /// Strings up to the longest that the kernel reads, and states all over a program that needs
    /// its size.
    @Test func longPathsInALargeProgram() throws {
        let loaded = try LoadedObject()
        let long = { (length: Int, seed: Int) in
            "/\(length)-\(seed)".padding(toLength: length, withPad: "abc/d.e-f", startingAt: 0)
        }
        let lengths = [255, 256, 257, 511, 512, 513, 1000, 4095, 4096]
        let files = lengths.flatMap { length in
            (0..<5).map { FileRule(path: long(length, $0), access: .write) }
        }
        let program = try PolicyCompiler().compile(
            Profile(
                name: "large", executables: [ExecutableRules(executable: "/bin/a", files: files)]))
        #expect(program.sizeClass >= 1)
        try loaded.table.install(program, as: 7)
        let walker = PolicyWalker(program)
        let subject = walker.subject(executable: "/bin/a".utf8.span)
        var questions: [KernelDecider.Question] = []
        for file in files {
            let path = Array(file.path.utf8)
            for object in [path, Array(path.dropLast()), path.dropLast() + [65]] {
                questions.append(
                    KernelDecider.Question(
                        profile: 7, subject: Array("/bin/a".utf8), dimension: 2,
                        object: object))
            }
        }
        let answers = try loaded.decider.decide(questions)
        for (index, (question, answer)) in zip(questions, answers).enumerated() {
            let wanted = walker.allowed(
                subject: subject, dimension: 2, object: question.object.span)
            #expect(wanted == (index % 3 == 0 ? 2 : 0))
            #expect(answer.allowed == wanted, "\(question.object.count) bytes")
        }
        #expect(throws: (any Error).self) {
            try loaded.decider.decide([
                KernelDecider.Question(
                    profile: 7, subject: [], dimension: 2,
                    object: Array(repeating: 47, count: 4097))
            ])
        }
    }
}
