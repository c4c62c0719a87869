import Baseline
import Foundation
import SysFlow
import Testing

@Suite struct LearningStateTests {
    /// All that a learner can know, written as JSON and read back, goes on as if nothing was.
    @Test func whatIsWrittenGoesOn() throws {
        var trace = Trace()
        trace.first(10, "/bin/server")
        trace.exec(11, "/bin/tool", parent: 10)
        for i in 0..<5000 { trace.fileFlow(10, "/var/run/server/\(i).lock", .readOnly) }
        trace.fileFlow(10, "/etc/odd\u{1}\u{fffd}\\name*", .readOnly)
        trace.fileFlow(11, "/srv/x", .readWrite, [.open, .mmap, .close])
        trace.flow(
            10, .accept, from: IPAddress(v4: 1), 9, to: IPAddress(high: 0xfd00 << 48, low: 7), 80)
        trace.networkEvent(10, Operations(rawValue: 1 << 28), local: IPAddress(v4: 0), 80)
        trace.flow(11, .connect, from: IPAddress(v4: 1), 9, to: IPAddress(v4: 0x0a00_0001), 5432)
        trace.use(11, .capability, "CAP_SETUID")
        trace.use(11, .act, "ptrace")
        trace.time += 60_000_000_000
        trace.fileFlow(11, "/srv/x", .readWrite, [.open, .close])
        var learner = trace.learner()
        learner.note(losses: 3, in: .egress, of: Trace.container)
        let digest = try #require(ContentDigest(bytes: Array(repeating: 7, count: 32)))
        learner.note(content: digest, of: PathBytes("/bin/tool"), in: Trace.container)
        learner.note(content: nil, of: PathBytes("/bin/server"), in: Trace.container)
        let behaviours = try #require(learner.behaviours(of: Trace.container))
        let data = try JSONEncoder().encode(LearningState(behaviours))
        let state = try JSONDecoder().decode(LearningState.self, from: data)
        let read = try #require(state.behaviours())
        #expect(read.profile(name: "a").yaml == behaviours.profile(name: "a").yaml)
        #expect(read.profile(name: "a").yaml.contains(digest.hex))

        // What comes after the crash is added to it, in a recording of its own.
        var next = Trace()
        next.time = trace.time + 5_000_000_000
        next.exec(30, "/bin/new", parent: nil)
        var resumed = Learner()
        resumed.resume(Trace.container, with: read)
        resumed.note(content: digest, of: PathBytes("/bin/server"), in: Trace.container)
        for record in next.records { resumed.consume(record) }
        let both = try #require(resumed.behaviours(of: Trace.container)).profile(name: "a")
        #expect(both.rules(of: "/bin/tool")?.files.count == 1)
        #expect(both.rules(of: "<runtime>")?.exec.map(\.path) == ["/bin/new", "/bin/server"])
        let digests = Dictionary(
            uniqueKeysWithValues: both.executables.flatMap(\.exec).map { ($0.path, $0.digests) })
        // What was seen with a content that is not known stays unbound.
        #expect(digests["/bin/tool"] == [digest] && digests["/bin/server"] == [])
        #expect(both.learned?.sources.count == 2)
        #expect(both.learned?.losses == ["egress": 3, "file": 1])
    }

    @Test func anotherVersionIsNotRead() throws {
        var state = LearningState(try #require(Trace.one.learner().behaviours(of: Trace.container)))
        #expect(state.behaviours() != nil)
        #expect(state.behaviours(unit: .process) == nil)
        state.version += 1
        #expect(state.behaviours() == nil)
    }
}

extension Trace {
    static var one: Trace {
        var trace = Trace()
        trace.exec(1, "/bin/a")
        return trace
    }
}
