import Decision
import Enforcement
import Kernel
import LargeProfiles
import SeededRandom

/// What one decision costs in the kernel, by the number of rules: the walk over a path that the
/// hook has just made, without an event around it.
struct KernelDecisionBenchmark {
    private static let aim = 2_000.0
    private static let pathBytes = 64
    /// Decisions in one run on a cold cache: few, as each warms it for those after.
    private static let coldRun = 16
    /// Paths that are decided again and again, as a service opens the same files.
    private static let hotPaths = 16
    private var rows: [Row] = []
    private let clock: Series

    private struct Row {
        var rules: Int
        var set: String
        var kibibytes: Int
        var footprint: WalkFootprint
        var cold: Series
        var warm: Series
        var hot: Series
    }

    init(_ plan: Plan) throws {
        let object = try BPFObject(bytes: EmbeddedObjects.sensor, name: "loadline")
        try object.load()
        let table = try PolicyTable(object)
        let decider = try KernelDecider(object)
        clock = try Self.clockCost(decider, table)
        for count in [10, 1_000, 50_000] {
            let sets: [RuleSet] = [.tree(count, bytes: Self.pathBytes), .digests(count)]
            for set in sets {
                say("kernel decisions: \(count) rules, \(set.name)")
                rows.append(try Self.measure(set, count, plan, decider, table))
            }
        }
    }

    /// A walk over nothing: two readings of the clock, and the call.
    private static func clockCost(_ decider: KernelDecider, _ table: PolicyTable) throws -> Series {
        let set = RuleSet.tree(10, bytes: pathBytes)
        try table.install(try PolicyCompiler().compile(set.profile), as: 1)
        let questions = Array(repeating: question([]), count: KernelDecider.batchLimit)
        var series = Series()
        for answer in try decider.decide(questions, withoutSubject: true) {
            series.add(Double(answer.nanoseconds))
        }
        return series
    }

    private static func measure(
        _ set: RuleSet, _ count: Int, _ plan: Plan, _ decider: KernelDecider, _ table: PolicyTable
    ) throws -> Row {
        let program = try PolicyCompiler().compile(set.profile)
        try table.install(program, as: 1)
        var row = Row(
            rules: count, set: set.name, kibibytes: program.cells.count * 8 / 1024,
            footprint: WalkFootprint(program, set), cold: Series(), warm: Series(), hot: Series())
        var random = SeededGenerator(seed: 5)
        var cache = CacheFiller()
        for _ in 0..<plan.decisionBatches {
            let questions = (0..<KernelDecider.batchLimit).map { _ in
                question(random.pick(set.paths))
            }
            _ = try decider.decide(questions, withoutSubject: true)
            try add(try decider.decide(questions, withoutSubject: true), to: &row.warm)
            let same = questions.indices.map { questions[$0 % hotPaths] }
            _ = try decider.decide(same, withoutSubject: true)
            try add(try decider.decide(same, withoutSubject: true), to: &row.hot)
            for start in stride(from: 0, to: 128, by: coldRun) {
                cache.fill()
                let few = Array(questions[start..<(start + coldRun)])
                try add(try decider.decide(few, withoutSubject: true), to: &row.cold)
            }
        }
        return row
    }

    private struct WrongAnswer: Error, CustomStringConvertible {
        let description = "the kernel does not allow a path that a rule allows"
    }

    private static func add(_ answers: [KernelDecider.Answer], to series: inout Series) throws {
        for answer in answers {
            guard answer.allowed & 1 != 0 else { throw WrongAnswer() }
            series.add(Double(answer.nanoseconds))
        }
    }

    private static func question(_ path: [UInt8]) -> KernelDecider.Question {
        KernelDecider.Question(
            profile: 1, subject: Array("/usr/sbin/nginx".utf8), dimension: 2, object: path)
    }

    func report(to report: inout Report) {
        let worst = rows.map { max($0.warm.percentile(99), $0.cold.percentile(99)) }.max() ?? 0
        report.add("## A decision in the kernel")
        report.add(
            """
            Nanoseconds to decide on a path of \(Self.pathBytes) bytes that a rule allows, chosen \
            at random among all rules' paths. *lines*, *pages*: distinct lines of 64 bytes and pages \
            of 4 KiB that a walk reads, mean and most. *hot*: the same \(Self.hotPaths) paths again and \
            again: what the walk itself costs. *warm*: \(KernelDecider.batchLimit) paths, which \
            were decided just before; how much of a large program the caches keep shows. *cold*: \
            64 MiB of other memory were written first, \(Self.coldRun) decisions at a time. The clock and the call are included: \(text(clock.median, 0)) ns by themselves. \
            Aim: p99 under \(text(Self.aim, 0)) ns whatever the number of rules: \
            \(worst < Self.aim ? "reached" : "missed") (worst: \(text(worst, 0)) ns).
            """)
        var table = Table([
            "rules", "set", "program, KiB", "lines", "pages", "hot p50", "hot p99",
            "warm p50", "warm p99", "cold p50", "cold p99",
        ])
        for row in rows {
            table.add([
                grouped(row.rules), row.set, grouped(row.kibibytes), row.footprint.lines.entry,
                row.footprint.pages.entry,
                text(row.hot.percentile(50), 0), text(row.hot.percentile(99), 0),
                text(row.warm.percentile(50), 0), text(row.warm.percentile(99), 0),
                text(row.cold.percentile(50), 0), text(row.cold.percentile(99), 0),
            ])
        }
        report.add(table.text)
    }
}

/// Pushes everything else out of the processor's caches.
struct CacheFiller {
    private var memory: [UInt64] = Array(repeating: 1, count: (64 << 20) / 8)

    mutating func fill() {
        for index in stride(from: 0, to: memory.count, by: 8) { memory[index] &+= 1 }
    }
}
