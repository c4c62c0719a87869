import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

@Suite struct ContainerTests {
    @Test func unknownSlotsAreDroppedAndCounted() throws {
        var bench = Bench()
        for slot in [0, 2, 4096, .max] as [UInt32] {
            try bench.feed(RecordWriter(slot: slot).exec(exe: "/a", args: ["a"]))
        }
        #expect(bench.dispositions == Array(repeating: .dropped, count: 4))
        #expect(bench.assembler.statistics.unknownSlot == 4)
        #expect(bench.records.isEmpty)
        #expect(bench.assembler.register(container: sampleContainer(), slot: 4096) == false)
    }

    @Test func verdictsAndCgroupsAreTheCallers() throws {
        var bench = Bench()
        try bench.feed(RecordWriter(slot: 9).verdict(object: "/o", subject: "/s"))
        try bench.feed(RecordWriter(slot: 9).cgroup(LL_CGROUP_MADE, path: "/x"))
        #expect(bench.dispositions == [.notARecord, .notARecord])
        #expect(bench.assembler.statistics.unknownSlot == 0)
    }

    @Test func samePathInTwoContainersIsTwoFiles() throws {
        var bench = Bench(slots: 1...2)
        for slot in 1...2 as ClosedRange<UInt32> {
            let writer = RecordWriter(slot: slot, tgid: 100 + slot)
            try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        }
        bench.finish(20 * second)
        let ids = bench.records.compactMap {
            if case .file(let file) = $0 { file.oid } else { nil }
        }
        #expect(Set(ids).count == 2)
        #expect(Set(bench.slots) == [1, 2])
        bench.checkOrder()
    }

    @Test func whoAContainerIsCanBeLearnedLater() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        var known = sampleContainer()
        known.name = "known"
        bench.assembler.rename(container: known, slot: 1)
        bench.assembler.rename(container: known, slot: 2)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        bench.finish(20 * second)
        let names = bench.records.compactMap {
            if case .container(let container) = $0 { container.name } else { nil }
        }
        #expect(names == ["web", "known"])
        bench.checkOrder(repeatsAllowed: true)
    }

    @Test func runningProcessesAreThoseWithoutAnExit() throws {
        var bench = Bench(slots: 1...2)
        for tgid in [100, 101, 102] as [UInt32] {
            try bench.feed(RecordWriter(tgid: tgid).exec(exe: "/a", args: ["a"]))
        }
        try bench.feed(RecordWriter(slot: 2, tgid: 200).exec(exe: "/a", args: ["a"]))
        try bench.feed(RecordWriter(tgid: 101).exit(isThread: true))
        try bench.feed(RecordWriter(tgid: 102).exit())
        #expect(bench.assembler.runningProcesses(slot: 1).map(\.tgid).sorted() == [100, 101])
        #expect(bench.assembler.runningProcesses(slot: 2).map(\.tgid) == [200])
        #expect(bench.assembler.runningProcesses(slot: 3).isEmpty)
    }

    @Test func retiredSlotIsFreeForAnother() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        bench.retire(1, 11 * second)
        #expect(lines(bench.take()).last == "file flow 100 OPEN|CLOSE r0/0 w0/0")
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        #expect(bench.dispositions.last == .dropped)
        bench.assembler.register(container: sampleContainer("other"), slot: 1)
        bench.order = [:]
        try bench.feed(writer.fileOperation(LL_OPERATION_UNLINK, path: "/f"))
        #expect(
            lines(bench.take()) == [
                "container other", "process 100 created parent 0 [] -1:-1", "file created /f ?",
                "file event 100 UNLINK 0",
            ])
        bench.checkOrder()
    }

    @Test func processMovedToAnotherContainer() throws {
        var bench = Bench(slots: 1...2)
        var writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        _ = bench.take()
        writer.slot = 2
        try bench.feed(writer.exec(exe: "/b", args: ["b"]))
        #expect(
            lines(bench.take()) == [
                "file created /f f", "file flow 100 OPEN|TRUNCATE r0/0 w0/0", "container c2",
                "process 100 created parent 0 /b[] 0:0", "event 100 EXEC 0 []",
            ])
        bench.checkOrder()
    }

    @Test func limitsDropTheOldestAndCount() throws {
        let limits = FlowAssembler.Limits(processes: 10, files: 12, flows: 8, listeners: 4)
        var bench = Bench(limits: limits)
        for i in 0..<100 as Range<UInt32> {
            let writer = RecordWriter(boottime: UInt64(i) * second, tgid: 100 + i, start: 1)
            try bench.feed(writer.exec(exe: "/a", args: ["a"]))
            try bench.feed(writer.fileOpen(path: "/f\(i)", dentry: UInt64(i)))
            bench.count(dentry: UInt64(i), tgid: 100 + i, first: UInt64(i) * second, last: 0)
            try bench.feed(
                writer.socketOperation(LL_OPERATION_LISTEN, localPort: UInt16(i)))
        }
        let statistics = bench.assembler.statistics
        // Room for two is kept free.
        #expect(statistics.processesEvicted == 92)
        #expect(statistics.flowsEvicted == 94)
        #expect(statistics.filesEvicted == 90)
        #expect(statistics.listenersNotKept == 96)
        bench.finish(200 * second)
        let flows = bench.take().filter { if case .fileFlow = $0 { true } else { false } }
        #expect(flows.count == 100, "each is exported once")
        bench.checkOrder()
    }
}
