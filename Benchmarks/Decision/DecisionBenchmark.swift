import Baseline
import Decision

/// Prints, for profiles of 10, 1,000 and 50,000 rules, what they cost to compile and to ask.
@main
struct DecisionBenchmark {
    static func main() throws {
        print("rules set       bytes/path  compile ms  cells used  size    ns/decision  p99")
        for count in [10, 1_000, 50_000] {
            try measure(count, .tree(count))
            try measure(count, .digests(count))
            try measure(count, .overlaid(count))
        }
        measureRefusal(.hostile(50_000))
    }

    private static func measure(_ count: Int, _ set: RuleSet) throws {
        let clock = ContinuousClock()
        var program: PolicyProgram?
        let compile = try clock.measure { program = try PolicyCompiler().compile(set.profile) }
        guard let program else { return }
        let used = program.cells.count { $0 != 0 }
        let walks = Walks(program, set.paths)
        let bytes = set.paths.reduce(0) { $0 + $1.count } / set.paths.count
        print(
            pad(count, 6), set.name.padding(9), pad(bytes, 8),
            pad(Int(compile / .microseconds(1)) / 1000, 12), pad(used, 12),
            pad(program.cells.count * 8 / 1024, 8), "KiB", pad(walks.median, 6),
            pad(walks.p99, 8))
    }

    private static func measureRefusal(_ set: RuleSet) {
        let clock = ContinuousClock()
        let start = clock.now
        do throws(CompileError) {
            _ = try PolicyCompiler().compile(set.profile)
            print("hostile rules were compiled")
        } catch {
            print("hostile rules refused after", clock.now - start)
            print(error)
        }
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
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
