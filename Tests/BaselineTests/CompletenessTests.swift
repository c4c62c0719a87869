import Baseline
import SysFlow
import Testing

@Suite struct CompletenessTests {
    private static let second: Int64 = 1_000_000_000
    private static let begin: Int64 = 1_795_291_200_000_000_000

    /// Draws of one behaviour each, from a distribution with known chances.
    private struct Urn {
        var chances: [Double]
        private var sums: [Double] = []
        var generator: Generator

        /// Behaviour i is 1 / (i + 1) ^ power times as likely as the first.
        init(kinds: Int, power: Int, seed: Int) {
            let weights = (1...kinds).map { i in
                (0..<power).reduce(1.0) { weight, _ in weight / Double(i) }
            }
            let sum = weights.reduce(0, +)
            chances = weights.map { $0 / sum }
            generator = Generator(seed: seed)
            for chance in chances { sums.append((sums.last ?? 0) + chance) }
        }

        mutating func draw() -> Int {
            let mark = Double(generator.next() >> 11) * 0x1p-53
            var (low, high) = (0, chances.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] > mark { high = middle } else { low = middle + 1 }
            }
            return low
        }
    }

    private struct Case: Sendable, CustomTestStringConvertible {
        var kinds: Int
        var power: Int
        var draws: Int
        var testDescription: String { "\(kinds) kinds, power \(power), \(draws) draws" }
    }

    /// The bound holds in 95 of 100 runs, where the truth is known; and the estimate is right on
    /// average.
    @Test(arguments: [
        Case(kinds: 300, power: 1, draws: 200), Case(kinds: 300, power: 1, draws: 1000),
        Case(kinds: 60, power: 2, draws: 400), Case(kinds: 40, power: 0, draws: 150),
    ])
    private func theBoundCoversTheTruth(_ example: Case) throws {
        let runs = 200
        var covered = 0
        var truths = 0.0
        var estimates = 0.0
        for seed in 0..<runs {
            var urn = Urn(kinds: example.kinds, power: example.power, seed: seed)
            var behaviours = Behaviours()
            var seen = Set<Int>()
            for i in 0..<example.draws {
                let kind = urn.draw()
                seen.insert(kind)
                let time = Self.begin + Int64(i) * Self.second
                behaviours.add(
                    .exec(PathBytes("/bin/k\(kind)x")), by: PathBytes("/bin/a"), from: time,
                    to: time)
            }
            let truth = urn.chances.indices.filter { !seen.contains($0) }
                .reduce(0) { $0 + urn.chances[$1] }
            let estimate = try #require(behaviours.completeness().estimates[.exec])
            #expect(estimate.draws == example.draws)
            #expect(estimate.behaviours == seen.count)
            #expect(estimate.chao >= Double(seen.count))
            if truth <= estimate.bound { covered += 1 }
            truths += truth / Double(runs)
            estimates += estimate.unseen / Double(runs)
        }
        #expect(covered >= runs * 95 / 100, "\(covered) of \(runs)")
        #expect(abs(estimates - truths) < 0.2 * truths + 0.002, "\(estimates), truth \(truths)")
    }

    /// `count` seconds in each of which the service reads one of its files.
    private func service(_ count: Int, files: Int = 3) -> Behaviours {
        var behaviours = Behaviours()
        for i in 0..<count {
            let time = Self.begin + Int64(i) * Self.second
            behaviours.add(
                .file(PathBytes("/srv/\(["a", "b", "c", "d", "e"][i % files])"), .read),
                by: PathBytes("/bin/a"), from: time, to: time)
        }
        return behaviours
    }

    @Test func aSteadyServiceBecomesComplete() throws {
        let complete = service(3200).completeness()
        #expect(complete.isComplete, "\(complete.reasons)")
        let file = try #require(complete.estimates[.file])
        #expect(file.behaviours == 3)
        #expect(file.curve.count == Estimate.curveLimit)
        #expect(file.curve.last == Estimate.Point(draws: 3200, behaviours: 3))
        #expect(file.bound < 0.001 && file.unseen == 0)
        // What a dimension does not show in all that time is known as well as what it shows.
        #expect(complete.estimates[.egress]?.isComplete == true)
        #expect(complete.hours == [20] && complete.days == 1)
    }

    @Test func anIdleContainerIsNot() throws {
        let idle = service(40).completeness()
        #expect(idle.estimates.values.allSatisfy { $0.reason?.hasPrefix("too few draws") == true })
        #expect(Behaviours().completeness().estimates[.file]?.bound == 1)
        // A loop in one second is one draw.
        var loop = Behaviours()
        for _ in 0..<100_000 {
            loop.add(
                .exec(PathBytes("/bin/b")), by: PathBytes("/bin/a"), from: Self.begin,
                to: Self.begin)
        }
        #expect(loop.completeness().estimates[.exec]?.draws == 1)
    }

    @Test func aLossMakesItsDimensionPartialAndNoOther() {
        var lossy = service(3200)
        lossy.note(losses: 2, in: .egress)
        let completeness = lossy.completeness()
        #expect(completeness.reasons.map(\.dimension) == [.egress])
        #expect(completeness.reasons.first?.reason == "partial: 2 records were lost")
        #expect(!completeness.isComplete)
    }

    @Test func whatGrowsIsNotComplete() {
        var growing = service(3200)
        for i in 0..<20 {
            let time = Self.begin + Int64(i) * 150 * Self.second
            growing.add(
                .exec(PathBytes("/bin/new\(i)x")), by: PathBytes("/bin/a"), from: time, to: time)
        }
        var reasons = growing.completeness().reasons
        #expect(reasons.map(\.dimension) == [.exec])
        #expect(reasons.first?.reason.hasPrefix("still growing: 20 of 3200") == true)
        // Three files that came often, but came late.
        var late = service(6000)
        for i in 5500..<5600 {
            let time = Self.begin + Int64(i) * Self.second
            late.add(.exec(PathBytes("/bin/b")), by: PathBytes("/bin/a"), from: time, to: time)
        }
        reasons = late.completeness().reasons
        #expect(reasons.first?.reason.hasPrefix("still growing: the last tenth") == true)
    }

    @Test func numbersInPathsAreNothingNew() throws {
        var behaviours = service(3200)
        for i in 0..<3200 {
            let time = Self.begin + Int64(i) * Self.second
            behaviours.add(
                .file(PathBytes("/proc/\(1000 + i)/stat"), .read), by: PathBytes("/bin/a"),
                from: time, to: time)
        }
        let file = try #require(behaviours.completeness().estimates[.file])
        #expect(file.behaviours == 4 && file.isComplete)
    }

    @Test func timedJobsAreKnownByTheirPeriod() throws {
        var behaviours = Behaviours()
        for (name, period, times) in [("hourly", 3600, 4), ("daily", 86_400, 2), ("once", 1, 1)] {
            for i in 0..<times {
                let time = Self.begin + Int64(i * period) * Self.second + Int64(i % 2) * Self.second
                behaviours.add(
                    .exec(PathBytes("/etc/\(name)")), by: PathBytes("/usr/sbin/cron"), from: time,
                    to: time + Self.second / 2)
            }
        }
        // Load starts programs at all times.
        var generator = Generator(seed: 1)
        for _ in 0..<20 {
            let time = Self.begin + Int64(generator.below(40_000)) * Self.second
            behaviours.add(
                .exec(PathBytes("/bin/cgi")), by: PathBytes("/bin/a"), from: time, to: time)
        }
        let jobs = behaviours.completeness().jobs
        #expect(jobs.map(\.executable) == ["/etc/daily", "/etc/hourly"])
        let hourly = try #require(jobs.last)
        #expect(hourly.times == 4 && !hourly.isUnproven)
        #expect((3598...3602).contains(hourly.period / Self.second))
        #expect(jobs.first?.isUnproven == true)
        #expect(jobs.first?.times == 2)
    }

    @Test func whatWasNeverTriedIsAskedFor() throws {
        var trace = Trace()
        trace.first(10, "/bin/server")
        trace.fileFlow(10, "/etc/server.conf", .readOnly)
        trace.fileFlow(10, "/etc/passwd", .readOnly)
        #expect(trace.completeness().missing == Exercise.allCases)
        // Not the first process, nor its configuration, nor soon enough.
        trace.time += 60 * Self.second
        trace.exec(11, "/bin/tool", parent: 10)
        trace.fileFlow(11, "/etc/server.conf", .readOnly)
        trace.fileFlow(10, "/etc/passwd", .readOnly)
        #expect(trace.completeness().missing == Exercise.allCases)
        trace.fileFlow(10, "/etc/server.conf", .readOnly)
        #expect(trace.completeness().missing == [.restart, .probe, .shutdown])
        trace.exec(12, "/bin/check")
        #expect(trace.completeness().missing == [.restart, .shutdown])
        trace.event(10, .exit)
        #expect(trace.completeness().missing == [.restart])
        trace.first(20, "/bin/server")
        #expect(trace.completeness().missing == [])
    }

    @Test(arguments: [
        ("/srv/app/__pycache__/gunicorn.conf.cpython-311.pyc", true),
        ("/srv/app/gunicorn.conf.py", true), ("/srv/app/shop.py", false),
        ("/srv/app/__pycache__/shop.cpython-311.pyc", false), ("/etc/server.cnf", true),
    ])
    func configurationThatIsReadAgainIsAReload(_ path: String, _ isReload: Bool) {
        var trace = Trace()
        trace.first(10, "/bin/server")
        trace.fileFlow(10, path, .readOnly)
        trace.time += 60 * Self.second
        trace.fileFlow(10, path, .readOnly)
        #expect(trace.completeness().missing.contains(.reload) != isReload)
    }

    /// What only starts show does not count as something new of the service.
    @Test func startsAreDrawsOfTheirOwn() throws {
        var trace = Trace()
        trace.first(10, "/bin/server")
        for name in ["a", "b", "c"] { trace.fileFlow(10, "/etc/\(name).conf", .readOnly) }
        trace.time += 60 * Self.second
        for _ in 0..<3200 {
            trace.time += Self.second
            trace.fileFlow(10, "/srv/page", .readOnly)
        }
        let file = try #require(trace.completeness().estimates[.file])
        #expect(file.behaviours == 1 && file.startup == 3)
        #expect(file.isComplete, "\(file)")
    }

    /// A server writes in its start and once more an hour later. Where it listened before the first,
    /// its rule holds while serving, and the second is nothing new; else it is.
    @Test(arguments: [true, false])
    func whatAStartShowedWhileServingIsNoSurprise(_ listensFirst: Bool) throws {
        var trace = Trace()
        trace.first(10, "/bin/server")
        let listen = { (trace: inout Trace) in
            trace.networkEvent(10, Operations(rawValue: 1 << 29), local: IPAddress(v4: 0), 80)
        }
        if listensFirst { listen(&trace) }
        trace.fileFlow(10, "/srv/state", .writeOnly)
        if !listensFirst { listen(&trace) }
        trace.time += 60 * Self.second
        for i in 0..<3200 {
            trace.time += Self.second
            trace.fileFlow(10, "/srv/page", .readOnly)
            if i == 100 { trace.fileFlow(10, "/srv/state", .writeOnly) }
        }
        let file = try #require(trace.completeness().estimates[.file])
        #expect(file.behaviours == 2)
        #expect(file.once == (listensFirst ? 0 : 1))
        #expect(file.isComplete == listensFirst, "\(file)")
    }

    /// A flow is exported and closed seconds after its one use.
    @Test func oneUseIsOneDraw() throws {
        var trace = Trace()
        trace.exec(10, "/bin/a")
        trace.time += Self.second
        trace.fileFlow(10, "/srv/page", .readOnly, [.open, .readReceive])
        trace.time += 60 * Self.second
        trace.fileFlow(10, "/srv/page", .readOnly, [.close])
        var file = try #require(trace.completeness().estimates[.file])
        #expect(file.once == 1 && file.behaviours == 1)
        trace.fileFlow(10, "/srv/page", .readOnly, [.readReceive, .close])
        file = try #require(trace.completeness().estimates[.file])
        #expect(file.twice == 1)
        var long = Behaviours()
        long.add(
            .exec(PathBytes("/bin/b")), by: PathBytes("/bin/a"), from: Self.begin,
            to: Self.begin + 30 * Self.second)
        #expect(long.completeness().estimates[.exec]?.once == 1)
    }

    @Test(arguments: 0..<100)
    func joiningIsASemilattice(seed: Int) {
        var generator = Generator(seed: seed)
        let parts = (0..<3).map { _ in generator.completeness() }
        let (a, b, c) = (parts[0], parts[1], parts[2])
        #expect(a.joined(with: b) == b.joined(with: a))
        #expect(a.joined(with: b).joined(with: c) == a.joined(with: b.joined(with: c)))
        #expect(a.joined(with: b).joined(with: b) == a.joined(with: b))
        #expect(!a.joined(with: b).isComplete || (a.isComplete && b.isComplete))
    }
}

extension Trace {
    /// The container's first process, as the runtime starts it.
    mutating func first(_ pid: Int, _ exe: String) {
        records.append(
            .process(
                Process(
                    state: .created, oid: Self.id(pid), parent: nil, time: tick(), exe: exe,
                    exeArgs: "", uid: 0, gid: 0, containerID: Self.container, entry: true)))
        event(pid, .exec)
    }

    func completeness() -> Completeness {
        learner().behaviours(of: Self.container)?.completeness()
            ?? Completeness(unit: "", threshold: 0)
    }
}

extension Generator {
    mutating func completeness() -> Completeness {
        var completeness = Completeness(
            unit: pick(["1000 ms", "process"]), threshold: pick([0.001, 0.01]),
            hours: (0..<24).filter { _ in chance(20) }, days: below(3))
        for dimension in Dimension.allCases where chance(80) {
            completeness.estimates[dimension] = Estimate(
                behaviours: below(3), startup: below(3), draws: below(3), once: below(3),
                twice: below(3), unseen: Double(below(4)) / 8, bound: Double(below(4)) / 8,
                chao: Double(below(100)) / 8,
                curve: (0..<below(3)).map { Estimate.Point(draws: $0, behaviours: below(9)) },
                reason: chance(50) ? text() : nil)
        }
        completeness.jobs = ["/a", "/b"].filter { _ in chance(50) }.map {
            Job(
                executable: $0, period: Int64(below(3)) * 1_000_000_000,
                jitter: Double(below(8)) / 8, times: below(3))
        }
        completeness.missing = Exercise.allCases.filter { _ in chance(50) }
        return completeness
    }
}
