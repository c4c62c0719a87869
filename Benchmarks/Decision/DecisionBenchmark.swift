import Baseline
import Decision
import LargeProfiles
import SeededRandom

/// What profiles of 10, 1,000 and 50,000 rules cost to compile, and to ask in Swift, as a replay does.
struct DecisionBenchmark {
    private var table = Table([
        "rules", "set", "bytes of a path", "compile, ms", "cells used", "program, KiB",
        "lines", "pages", "ns a decision", "p99",
    ])
    private var refusal = ""

    init(_ plan: Plan) throws {
        for count in [10, 1_000, 50_000] {
            for set in [RuleSet.tree(count), .digests(count), .overlaid(count)] {
                say("compiling \(count) rules, \(set.name)")
                try measure(count, set)
            }
        }
        measureRefusal(.hostile(50_000))
    }

    private mutating func measure(_ count: Int, _ set: RuleSet) throws {
        let clock = ContinuousClock()
        var program: PolicyProgram?
        let compile = try clock.measure { program = try PolicyCompiler().compile(set.profile) }
        guard let program else { return }
        let used = program.cells.count { $0 != 0 }
        let footprint = WalkFootprint(program, set)
        let walks = Walks(program, set.paths)
        let bytes = set.paths.reduce(0) { $0 + $1.count } / set.paths.count
        table.add([
            grouped(count), set.name, grouped(bytes), text(compile / .milliseconds(1), 1),
            grouped(used), grouped(program.cells.count * 8 / 1024), footprint.lines.entry,
            footprint.pages.entry, grouped(walks.median), grouped(walks.p99),
        ])
    }

    private mutating func measureRefusal(_ set: RuleSet) {
        let clock = ContinuousClock()
        let start = clock.now
        do throws(CompileError) {
            _ = try PolicyCompiler().compile(set.profile)
            refusal = "Rules made to multiply were compiled, which they should not be."
        } catch {
            let milliseconds = (clock.now - start) / .milliseconds(1)
            refusal =
                "Rules made to multiply are refused after \(text(milliseconds, 0)) ms: \(error)."
        }
    }

    func report(to report: inout Report) {
        report.add("## A profile's compilation, and a decision in Swift")
        report.add(table.text)
        report.add(refusal)
    }
}

extension WalkFootprint.Count {
    var entry: String { text(mean, 1) + ", " + grouped(most) }
}

/// Nanoseconds of one decision, from batches of 64 over paths in random order.
struct Walks {
    var median = 0
    var p99 = 0

    init(_ program: PolicyProgram, _ paths: [[UInt8]]) {
        let walker = PolicyWalker(program)
        let executable = Array("/usr/sbin/nginx".utf8)
        let subject = walker.subject(executable: executable.span)
        let batch = 64
        let clock = ContinuousClock()
        var random = SeededGenerator(seed: 3)
        var samples: [Int] = []
        var touched = 0
        for _ in 0..<4_000 {
            let chosen = (0..<batch).map { _ in paths[random.below(paths.count)] }
            // The hook has just made its path: it is in the cache, the program may not be.
            touched &+= chosen.reduce(0) { $0 &+ $1.reduce(0) { $0 &+ Int($1) } }
            var allowed = 0
            let time = clock.measure {
                for path in chosen
                where walker.allowed(subject: subject, dimension: 2, object: path.span) != 0 {
                    allowed += 1
                }
            }
            precondition(allowed == batch, "a rule does not match its own path")
            samples.append(Int(time / .nanoseconds(1)) / batch)
        }
        precondition(touched != 0)
        samples.sort()
        median = samples[samples.count / 2]
        p99 = samples[samples.count * 99 / 100]
    }
}
