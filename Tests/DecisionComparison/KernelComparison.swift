internal import Baseline
internal import Decision
internal import Enforcement
internal import RandomProfiles

/// Asks the kernel's walk and Swift's the same of random profiles, in every dimension and phase.
public struct KernelComparison {
    public struct Tally: Sendable {
        public var cases = 0
        /// Of an executable that the profile knows.
        public var known = 0
        public var allowed = 0
        /// Those allowed, by dimension.
        public var byDimension: [UInt8: Int] = [:]
        /// Profiles, by the size class of their programs.
        public var bySize: [Int: Int] = [:]

        mutating func count(_ dimension: UInt8, subject: UInt32, allowed access: UInt32) {
            cases += 1
            if subject != 0 { known += 1 }
            if access != 0 {
                allowed += 1
                byDimension[dimension, default: 0] += 1
            }
        }
    }

    public private(set) var tally = Tally()
    /// Questions that were answered in two ways, in words: the first 20.
    public private(set) var disagreements: [String] = []
    private static let disagreementsKept = 20

    private let loaded: LoadedObject
    private var random: RandomProfile
    private var batch = 0

    /// Profiles in one run of the kernel's program, which takes `KernelDecider.batchLimit` rows.
    private static let profiles = 2

    public init(seed: UInt64) throws {
        loaded = try LoadedObject()
        random = RandomProfile(seed: seed)
    }

    public mutating func run(cases: Int) throws {
        while tally.cases < cases {
            // Larger programs take longer to put into the kernel; each size has its share.
            let sizeClass = batch % 40 == 39 ? 3 : batch % 20 == 19 ? 2 : batch % 4 == 3 ? 1 : 0
            try compare(sizeClass)
            batch += 1
        }
    }

    /// What was asked too rarely for an agreement to show something.
    public var whatIsMissing: [String] {
        var missing: [String] = []
        if tally.known * 4 <= tally.cases { missing.append("executables that are known") }
        if tally.allowed * 10 <= tally.cases { missing.append("what is allowed") }
        if (tally.cases - tally.allowed) * 10 <= tally.cases { missing.append("what is not") }
        missing += (0..<4).filter { tally.bySize[$0, default: 0] < 2 }.map { "size class \($0)" }
        missing += (1...6).filter { tally.byDimension[$0, default: 0] * 220 < tally.cases }
            .map { "dimension \($0)" }
        return missing
    }

    private mutating func compare(_ sizeClass: Int) throws {
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
        if answers.count != questions.count {
            disagree("\(answers.count) answers to \(questions.count) questions")
        }
        for (question, answer) in zip(questions, answers) {
            let walker = walkers[Int(question.profile) - 1]
            let subject =
                question.subject.map { walker.subject(executable: $0.span) }
                ?? walker.runtimeSubject
            let allowed = walker.allowed(
                subject: subject, dimension: question.dimension, object: question.object.span,
                phase: question.isServing ? .serving : .startup)
            if answer.subject != subject || answer.allowed != allowed {
                disagree("kernel \(answer), Swift \(subject) \(allowed): \(question)")
            }
            tally.count(question.dimension, subject: subject, allowed: allowed)
        }
    }

    private mutating func disagree(_ words: String) {
        if disagreements.count < Self.disagreementsKept { disagreements.append(words) }
    }
}
