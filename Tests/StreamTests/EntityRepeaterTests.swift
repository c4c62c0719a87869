import SeededRandom
import Testing

@testable import SysFlow

struct EntityRepeaterTests {
    /// What the outputs get when a new one begins with the chance `cuts`, and a record does not
    /// reach its output with the chance `losses`.
    private func outputs(
        _ trace: [Record], cuts: Double, losses: Double, seed: UInt64,
        limits: EntityRepeater.Limits = EntityRepeater.Limits()
    ) -> (outputs: [[Record]], impossible: [Record], lost: Set<Record>) {
        var random = SeededGenerator(seed: seed)
        var repeater = EntityRepeater(limits)
        var outputs: [[Record]] = [[]]
        var impossible: [Record] = []
        var lost: Set<Record> = []
        for record in trace {
            if Double.random(in: 0..<1, using: &random) < cuts {
                outputs.append([])
                repeater.beginOutput()
            }
            if Double.random(in: 0..<1, using: &random) < losses {
                repeater.passed(record)
                lost.insert(record)
                continue
            }
            guard let plan = repeater.plan(for: record) else {
                repeater.passed(record)
                impossible.append(record)
                continue
            }
            for entity in plan.repeated {
                outputs[outputs.count - 1].append(entity)
                repeater.repeated(entity)
            }
            outputs[outputs.count - 1].append(plan.record)
            repeater.gave(record)
        }
        return (outputs, impossible, lost)
    }

    @Test func oneOutputIsTheTraceItself() {
        let trace = MadeTrace.records(3000, seed: 1)
        let result = outputs(trace, cuts: 0, losses: 0, seed: 1)
        #expect(result.outputs == [trace])
        #expect(result.impossible == [])
    }

    @Test(arguments: 1...10) func everyOutputIsWholeInItself(_ seed: UInt64) {
        let trace = MadeTrace.records(3000, seed: seed)
        let result = outputs(trace, cuts: 0.01, losses: 0, seed: seed)
        #expect(result.outputs.count > 5)
        #expect(result.impossible == [])
        let readers = result.outputs.map { ReferenceReader($0) }
        #expect(readers.flatMap(\.dangling) == [])
        // Who did what reads the same as in the trace.
        #expect(readers.flatMap(\.seen) == ReferenceReader(trace).seen)
        #expect(Set(trace).isSubset(of: result.outputs.flatMap { $0 }))
    }

    @Test(arguments: 1...10) func whatALossTookIsGivenAgain(_ seed: UInt64) {
        let trace = MadeTrace.records(3000, seed: seed)
        let result = outputs(trace, cuts: 0.003, losses: 0.3, seed: seed)
        #expect(result.impossible == [])
        let readers = result.outputs.map { ReferenceReader($0) }
        #expect(readers.flatMap(\.dangling) == [])
        let expected = ReferenceReader(trace).seen.filter { !result.lost.contains($0.record) }
        #expect(expected.count > 500)
        #expect(readers.flatMap(\.seen) == expected)
    }

    @Test(arguments: 1...5) func atALimitNothingDangles(_ seed: UInt64) {
        let trace = MadeTrace.records(5000, seed: seed)
        let limits = EntityRepeater.Limits(containers: 2, processes: 8, files: 20)
        let result = outputs(trace, cuts: 0.002, losses: 0.05, seed: seed, limits: limits)
        let readers = result.outputs.map { ReferenceReader($0) }
        #expect(readers.flatMap(\.dangling) == [])
        let impossible = Set(result.impossible)
        #expect(impossible.count > 10)
        let expected = ReferenceReader(trace).seen.map(\.record).filter {
            !result.lost.contains($0) && !impossible.contains($0)
        }
        #expect(expected.count > 100)
        #expect(readers.flatMap(\.seen).map(\.record) == expected)
    }

    private func process(_ pid: Int64, parent: Int64? = nil) -> Process {
        Process(
            state: .created, oid: ProcessID(createTime: pid, hostPID: pid),
            parent: parent.map { ProcessID(createTime: $0, hostPID: $0) }, time: pid,
            exe: "/bin/\(pid)", exeArgs: "", uid: 0, gid: 0, containerID: nil)
    }

    private func event(_ pid: Int64, _ operation: Operations = .exec) -> Record {
        .processEvent(
            ProcessEvent(
                process: ProcessID(createTime: pid, hostPID: pid), time: 0, tid: pid,
                operations: operation, result: 0))
    }

    private func known(_ plan: EntityRepeater.Plan?) throws -> EntityRepeater.Plan {
        try #require(plan)
    }

    @Test func shortLivedProcessesDoNotDisplaceAnIdleOne() throws {
        var repeater = EntityRepeater(EntityRepeater.Limits(processes: 10))
        repeater.gave(.process(process(1)))
        for pid in Int64(2)..<1000 {
            repeater.gave(.process(process(pid, parent: 1)))
            _ = repeater.plan(for: event(pid, .exit))
            repeater.gave(event(pid, .exit))
        }
        #expect(repeater.evicted == 0)
        repeater.beginOutput()
        let plan = try known(repeater.plan(for: event(1)))
        #expect(plan.repeated.count == 1)
        let forgotten = repeater.plan(for: event(2))
        #expect(forgotten == nil)
        _ = try known(repeater.plan(for: event(999)))
    }

    @Test func aStateThatAnOutputHasInPartIsGivenAsModified() throws {
        var repeater = EntityRepeater()
        repeater.gave(.process(process(1)))
        var later = process(1)
        later.state = .modified
        later.exe = "/bin/later"
        repeater.passed(.process(later))
        let changed = try known(repeater.plan(for: event(1)))
        #expect(changed.repeated == [.process(later)])
        repeater.beginOutput()
        later.state = .reup
        let plan = try known(repeater.plan(for: event(1)))
        #expect(plan.repeated == [.process(later)])
        repeater.repeated(plan.repeated[0])
        let again = try known(repeater.plan(for: event(1)))
        #expect(again.repeated == [])
    }

    @Test func ancestorsGoFirstAndTheirNumberIsBounded() throws {
        var repeater = EntityRepeater()
        for pid in Int64(1)...200 {
            repeater.gave(.process(process(pid, parent: pid == 1 ? nil : pid - 1)))
        }
        repeater.beginOutput()
        let plan = try known(repeater.plan(for: event(200)))
        #expect(plan.repeated.count == 64)
        #expect(ReferenceReader(plan.repeated + [plan.record]).dangling == [])
        #expect(repeater.parentsLeftOut == 1)
        // A child of a process that nobody knows has no parent.
        let orphan = try known(repeater.plan(for: .process(process(300, parent: 299))))
        #expect(orphan == .init(repeated: [], record: .process(process(300))))
    }

    @Test func aCircleOfParentsEnds() throws {
        var repeater = EntityRepeater()
        repeater.gave(.process(process(1, parent: 2)))
        repeater.gave(.process(process(2, parent: 1)))
        repeater.gave(.process(process(3, parent: 3)))
        repeater.beginOutput()
        var reader = ReferenceReader()
        for pid in Int64(1)...3 {
            let plan = try known(repeater.plan(for: event(pid)))
            plan.repeated.forEach { repeater.repeated($0) }
            (plan.repeated + [plan.record]).forEach { reader.take($0) }
        }
        #expect(reader.dangling == [] && reader.seen.count == 3)
    }

    @Test func podsAreRepeatedWhereTheyAreKnown() throws {
        let container = Record.container(
            Container(
                id: "c", name: "", image: "", imageID: "", type: .cri, privileged: false,
                podID: "pod"))
        let pod = Record.pod(
            Pod(
                time: 1, id: "pod", name: "", nodeName: "", hostIP: [], internalIP: [],
                namespace: "", restartCount: 0, labels: ["a": "b"], selectors: [:], services: []))
        var first = process(1)
        first.containerID = "c"
        var repeater = EntityRepeater()
        for record in [pod, container, .process(first)] {
            let plan = try known(repeater.plan(for: record))
            #expect(plan == .init(repeated: [], record: record))
            repeater.gave(record)
        }
        repeater.beginOutput()
        first.state = .reup
        let plan = try known(repeater.plan(for: event(1)))
        #expect(plan.repeated == [pod, container, .process(first)])
    }

    @Test func aHeaderForgetsWhatCameBefore() throws {
        var repeater = EntityRepeater()
        repeater.gave(.process(process(1)))
        _ = try known(repeater.plan(for: event(1)))
        repeater.gave(.header(Header(exporter: "another")))
        let plan = repeater.plan(for: event(1))
        #expect(plan == nil)
    }
}
