import Baseline
import SysFlow
import Testing

@Suite struct EvidenceTests {
    /// Evidence and provenance join in any order and any number of times to the same.
    @Test(arguments: 0..<200)
    func joiningIsASemilattice(seed: Int) {
        var generator = Generator(seed: seed)
        let few = (0..<3).map { _ in generator.sourced(sources: 30) }
        check(few) { a, b in
            var joined = a
            joined.join(b)
            return joined
        }
        let whole = (0..<3).map { _ in generator.provenance() }
        check(whole) { $0.joined(with: $1) }
    }

    private func check<Value: Equatable>(_ parts: [Value], _ join: (Value, Value) -> Value) {
        let (a, b, c) = (parts[0], parts[1], parts[2])
        #expect(join(a, b) == join(b, a))
        #expect(join(join(a, b), c) == join(a, join(b, c)))
        #expect(join(join(a, b), b) == join(a, b))
    }

    @Test func aReplicaThatIsMergedTwiceCountsOnce() {
        func seen(_ replica: String, _ count: Int) -> Evidence {
            Evidence(
                count: count, firstSeen: 1, lastSeen: 2,
                source: SourceID(replica: replica, recording: 7))
        }
        var evidence = seen("a", 3)
        evidence.join(seen("b", 2))
        evidence.join(seen("a", 5))
        #expect(evidence.count == 7)
        #expect(evidence.counts.count == 2)
    }

    /// 16 are kept; how many there were is told within what 16 hashes can tell.
    @Test(arguments: [100, 1000])
    func sourcesBeyondTheLimitAreCounted(count: Int) {
        var evidence = Evidence(count: 1, firstSeen: 0, lastSeen: 0)
        for i in 0..<count {
            evidence.join(
                Evidence(
                    count: 1, firstSeen: 0, lastSeen: 0,
                    source: SourceID(replica: "replica\(i)", recording: 1)))
        }
        #expect(evidence.counts.count == Evidence.sourceLimit)
        #expect(evidence.isCut)
        let all = evidence.furtherSources + evidence.counts.count
        #expect((count / 2...2 * count).contains(all), "\(all) of \(count)")
    }

    @Test func behavioursMergeInAnyOrder() throws {
        let parts = try (0..<3).map { i in
            var trace = Trace()
            trace.time += Int64(i) * 1_000_000_000
            trace.exec(10 + i, "/bin/a")
            for k in 0...i {
                trace.fileFlow(10 + i, "/etc/\(k)", .readOnly)
            }
            return try #require(trace.learner().behaviours(of: Trace.container))
        }
        func profile(_ order: [Int]) -> Profile {
            var merged = Behaviours()
            for i in order { merged.merge(parts[i]) }
            return merged.profile(name: "a")
        }
        let expected = profile([0, 1, 2])
        for order in [[2, 1, 0], [1, 0, 2], [0, 1, 2, 1, 0, 0]] {
            #expect(profile(order).yaml == expected.yaml)
        }
        let rules = try #require(expected.rules(of: "/bin/a"))
        #expect(rules.files.map { $0.evidence?.count } == [6])
        #expect(rules.files.first?.evidence?.example == "/etc/0")
        #expect(expected.learned?.sources.count == 3)
        #expect(expected.learned?.records == 9)
    }

    /// The same file learned twice is the same recording; another header begins another.
    @Test func aRecordingIsKnownByItsFirstEvent() throws {
        var trace = Trace()
        trace.exec(10, "/bin/a")
        trace.fileFlow(10, "/etc/x", .readOnly)
        let once = try #require(trace.learner().behaviours(of: Trace.container))
        var twice = once
        twice.merge(try #require(trace.learner().behaviours(of: Trace.container)))
        #expect(twice.profile(name: "a").yaml == once.profile(name: "a").yaml)

        let first = trace.records
        var second = Trace()
        second.time += 60_000_000_000
        second.exec(10, "/bin/a")
        second.fileFlow(10, "/etc/x", .readOnly)
        var learner = Learner()
        for record in first + second.records { learner.consume(record) }
        let both = try #require(learner.behaviours(of: Trace.container)).profile(name: "a")
        #expect(both.learned?.sources.count == 2)
        let file = try #require(both.rules(of: "/bin/a")?.files.first?.evidence)
        #expect(file.counts.map(\.count) == [1, 1])
        #expect(both.learned?.sources.values.allSatisfy { $0.replica == Trace.container } == true)
        #expect(both.learned?.sources.values.allSatisfy { $0.name == "web" } == true)
    }
}

extension Generator {
    mutating func sourced(sources: Int) -> Evidence {
        var counts: [SourceID: Int] = [:]
        for _ in 0...below(sources) {
            let id = SourceID(replica: "r\(below(40))", recording: Int64(below(2)))
            counts[id] = below(9)
        }
        return Evidence(
            counts: counts, isCut: chance(10), firstSeen: Int64(below(99)),
            lastSeen: Int64(below(99)), example: chance(50) ? text() : nil)
    }

    mutating func provenance() -> Provenance {
        if chance(20) {
            return Provenance(
                from: Int64(below(50)), to: Int64(50 + below(50)), records: below(9),
                losses: chance(50) ? ["file": below(9)] : [:])
        }
        var sources: [SourceID: Source] = [:]
        for _ in 0...below(5) {
            let source = Source(
                replica: "r\(below(4))", name: chance(50) ? text() : nil,
                recording: Int64(below(2)), span: Int64(below(50))...Int64(50 + below(50)),
                records: below(9), losses: chance(50) ? ["file": below(9)] : [:])
            sources[source.id] = source
        }
        return Provenance(sources) ?? Provenance(from: 0, to: 0, records: 0)
    }
}
