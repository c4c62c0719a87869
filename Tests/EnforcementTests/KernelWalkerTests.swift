import Baseline
import Decision
import Enforcement
import Foundation
import RandomProfiles
import Testing

/// The kernel's walk and Swift's give one answer: a recording is replayed with the meaning that
/// the hooks have.
@Suite(.serialized) struct KernelWalkerTests {
    private struct Tally {
        var cases = 0
        var known = 0
        var allowed = 0
        var byDimension: [UInt8: Int] = [:]
        var bySize: [Int: Int] = [:]

        mutating func count(_ dimension: UInt8, subject: UInt32, allowed access: UInt32) {
            cases += 1
            if subject != 0 { known += 1 }
            if access != 0 {
                allowed += 1
                byDimension[dimension, default: 0] += 1
            }
        }
    }

    private static let cases = 110_000
    /// Profiles in one run of the kernel's program, which takes `KernelDecider.batchLimit` rows.
    private static let profiles = 2

    @Test func kernelAgreesWithSwift() throws {
        let loaded = try LoadedObject()
        var random = RandomProfile(seed: 20_260)
        var tally = Tally()
        var batch = 0
        while tally.cases < Self.cases {
            // Larger programs take longer to put into the kernel; each size has its share.
            let sizeClass = batch % 40 == 39 ? 3 : batch % 20 == 19 ? 2 : batch % 4 == 3 ? 1 : 0
            try compare(loaded, &random, sizeClass, &tally)
            batch += 1
        }
        print("kernel and Swift compared: \(tally)")
        // Both answers are common, or the cases would show nothing.
        #expect(tally.known * 4 > tally.cases)
        #expect(tally.allowed * 10 > tally.cases)
        #expect((tally.cases - tally.allowed) * 10 > tally.cases)
        for sizeClass in 0..<4 { #expect(tally.bySize[sizeClass, default: 0] > 1) }
        for dimension: UInt8 in 1...6 { #expect(tally.byDimension[dimension, default: 0] > 500) }
    }

    private func compare(
        _ loaded: LoadedObject, _ random: inout RandomProfile, _ sizeClass: Int,
        _ tally: inout Tally
    ) throws {
        var walkers: [PolicyWalker] = []
        var questions: [KernelDecider.Question] = []
        let count = sizeClass > 1 ? 1 : Self.profiles
        for number in 1...UInt32(count) {
            let profile = random.profile()
            let program = try PolicyCompiler().compile(profile).enlarged(toClass: sizeClass)
            tally.bySize[program.sizeClass, default: 0] += 1
            try loaded.table.install(program, as: number)
            walkers.append(PolicyWalker(program))
            for _ in 0..<(KernelDecider.batchLimit / count) {
                let question = try random.question(about: profile)
                questions.append(
                    KernelDecider.Question(
                        profile: number, subject: question.executable,
                        dimension: question.dimension, object: question.object,
                        isServing: question.phase == .serving))
            }
        }
        let answers = try loaded.decider.decide(questions)
        try #require(answers.count == questions.count)
        for (question, answer) in zip(questions, answers) {
            let walker = walkers[Int(question.profile) - 1]
            let subject =
                question.subject.map { walker.subject(executable: $0.span) }
                ?? walker.runtimeSubject
            let allowed = walker.allowed(
                subject: subject, dimension: question.dimension, object: question.object.span,
                phase: question.isServing ? .serving : .startup)
            if answer.subject != subject || answer.allowed != allowed {
                Issue.record("kernel \(answer), Swift \(subject) \(allowed): \(question)")
            }
            tally.count(question.dimension, subject: subject, allowed: allowed)
        }
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
