import Baseline
import SysFlow
import Testing

/// In which phase a process is judged that was told to reload.
@Suite struct ReloadTests {
    private static let second: Int64 = 1_000_000_000

    /// The first process listens; a worker of it does the same thing at times after that, seconds,
    /// and others tell it what to do.
    private static func phases(
        _ acts: [(second: Int64, act: (inout Trace) -> Void)], of pid: Int
    ) -> [Phase?] {
        var trace = served()
        let begin = trace.time
        for act in acts {
            trace.time = begin + act.second * second
            act.act(&trace)
        }
        var learner = Learner(Learner.Options())
        return trace.records.flatMap { learner.observe($0) }
            .filter { $0.process == Trace.id(pid) && $0.behaviour == .act(.ptrace) }
            .map(\.phase)
    }

    private static func served() -> Trace {
        var trace = Trace()
        trace.exec(1, "/bin/a")
        trace.networkEvent(1, Operations(rawValue: 1 << 29), local: IPAddress(v4: 0), 80)
        return trace
    }

    private static func does(_ pid: Int) -> (inout Trace) -> Void {
        { $0.use(pid, .act, "ptrace") }
    }

    private static func told(_ pid: Int, _ milliseconds: String = "30000") -> (inout Trace) -> Void
    {
        { $0.use(pid, .act, "reload", milliseconds) }
    }

    private static func bears(_ pid: Int) -> (inout Trace) -> Void {
        {
            $0.process(pid, "/bin/a", parent: 1)
            $0.event(pid, .clone)
        }
    }

    @Test func aReloadIsAStartForItsTime() {
        let phases = Self.phases(
            [
                (1, Self.does(1)), (2, Self.told(1)), (3, Self.does(1)), (31, Self.does(1)),
                (33, Self.does(1)),
            ], of: 1)
        #expect(phases == [.serving, .startup, .startup, .serving])
    }

    @Test func whoIsBornInAReloadHasWhatIsLeftOfIt() {
        let phases = Self.phases(
            [
                (1, Self.told(1)), (11, Self.bears(2)), (12, Self.does(2)), (30, Self.does(2)),
                (32, Self.does(2)), (33, Self.bears(3)), (34, Self.does(3)),
            ], of: 2)
        #expect(phases == [.startup, .startup, .serving])
    }

    @Test func whoIsBornAfterAReloadServes() {
        let phases = Self.phases(
            [(1, Self.told(1)), (33, Self.bears(3)), (34, Self.does(3))], of: 3)
        #expect(phases == [.serving])
    }

    /// It was handed on by one whose own ends sooner.
    @Test func theLastWordHolds() {
        let phases = Self.phases(
            [(1, Self.told(1)), (5, Self.told(1, "2000")), (6, Self.does(1)), (8, Self.does(1))],
            of: 1)
        #expect(phases == [.startup, .serving])
    }

    @Test func listeningEndsIt() {
        let phases = Self.phases(
            [
                (1, Self.told(1)), (2, Self.does(1)),
                (
                    3,
                    {
                        $0.networkEvent(
                            1, Operations(rawValue: 1 << 29), local: IPAddress(v4: 0), 81)
                    }
                ),
                (4, Self.does(1)),
            ], of: 1)
        #expect(phases == [.startup, .serving])
    }

    /// Records come from outside.
    @Test(arguments: ["", "-1", "0", "30001", "9223372036854775807", "x"])
    func whatIsNoLengthOfAReloadIsNone(_ milliseconds: String) {
        let phases = Self.phases([(1, Self.told(1, milliseconds)), (2, Self.does(1))], of: 1)
        #expect(phases == [.serving])
    }

    @Test func manyReloadsKeepTheLastOnes() {
        let acts = (0..<1_000).map { (second: Int64($0) * 40, act: Self.told(1)) }
        let phases = Self.phases(
            acts + [(39_961, Self.does(1)), (39_991, Self.does(1))], of: 1)
        #expect(phases == [.startup, .serving])
    }

    /// The time of a reload is longer than it takes: what comes meanwhile belongs to serving.
    @Test func learningTakesItAsServing() {
        var trace = Self.served()
        Self.told(1)(&trace)
        Self.does(1)(&trace)
        #expect(trace.profile(allowing: ["ptrace"]).rules(of: "/bin/a")?.acts.map(\.phase) == [nil])
    }
}
