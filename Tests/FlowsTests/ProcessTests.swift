import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

@Suite struct ProcessTests {
    @Test func threadsAreCountedNotTold() throws {
        var bench = Bench()
        var writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        _ = bench.take()
        for tid in 101...103 as ClosedRange<UInt32> {
            try bench.feed(writer.fork(child: 100, childTid: tid, childStart: 1))
        }
        writer.tid = 101
        try bench.feed(writer.exit(isThread: true))
        #expect(bench.take().isEmpty)
        bench.tick(40 * second)
        #expect(lines(bench.take()) == ["threads 100 CLONE|EXIT +3 -1"])
        bench.tick(70 * second)
        #expect(bench.take().isEmpty, "no threads since")
        writer.boottime = 71 * second
        try bench.feed(writer.exit(isThread: true))
        writer.tid = 100
        try bench.feed(writer.exit())
        #expect(lines(bench.take()) == ["threads 100 EXIT +0 -1", "event 100 EXIT 0 []"])
        bench.checkOrder()
    }

    /// Readers tell a process's end from a thread's by the thread's id.
    @Test func anEndIsTheProcessesWhicheverThreadWasTheLast() throws {
        var bench = Bench()
        var writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        _ = bench.take()
        writer.tid = 103
        try bench.feed(writer.exit())
        let ends = bench.take().compactMap { record -> ProcessEvent? in
            guard case .processEvent(let event) = record else { return nil }
            return event
        }
        #expect(ends.map(\.operations) == [.exit])
        #expect(ends.map(\.tid) == [100])
    }

    @Test func lostForkIsMadeUpAndCounted() throws {
        var bench = Bench()
        var writer = RecordWriter(boottime: 10 * second, tgid: 200, start: 5 * second)
        try bench.feed(writer.fileOperation(LL_OPERATION_UNLINK, path: "/x"))
        #expect(bench.assembler.statistics.processesSynthesised == 1)
        #expect(
            lines(bench.take()) == [
                "container c0ffee", "process 200 created parent 0 [] -1:-1",
                "file created /x ?", "file event 200 UNLINK 0",
            ])
        // Its fork comes late, or an exec tells what it is.
        let parent = RecordWriter(boottime: 9 * second, tgid: 100, start: 1 * second)
        try bench.feed(parent.exec(exe: "/bin/sh", args: ["sh"]))
        try bench.feed(parent.fork(child: 200, childStart: 5 * second))
        writer.boottime = 11 * second
        try bench.feed(
            writer.exec(exe: "/bin/ls", args: ["ls", "-l"], parent: 100, parentStart: 1))
        #expect(
            lines(bench.take()) == [
                "process 100 created parent 0 /bin/sh[] 0:0", "event 100 EXEC 0 []",
                "event 100 CLONE 200 []",
                "process 200 modified parent 100 /bin/sh[] 0:0", "event 200 CLONE 0 []",
                "process 200 modified parent 100 /bin/ls[-l] 0:0", #"event 200 EXEC 0 ["-l"]"#,
            ])
        #expect(bench.assembler.statistics.processesSynthesised == 1)
        bench.checkOrder()
    }

    @Test func idUsedAgain() throws {
        var bench = Bench()
        var writer = RecordWriter(boottime: 10 * second, tgid: 100, start: 5 * second)
        try bench.feed(writer.exec(exe: "/a", args: ["a"]))
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        bench.count(dentry: 1, tgid: 100, first: 10 * second, last: 10 * second)
        // Its exit was lost; the id comes again with another start.
        writer.start = 20 * second
        writer.boottime = 21 * second
        _ = bench.take()
        try bench.feed(writer.exec(exe: "/b", args: ["b"]))
        #expect(
            lines(bench.take()) == [
                "file created /f f", "file flow 100 OPEN|CLOSE r0/0 w0/0",
                "process 100 created parent 0 /b[] 0:0", "event 100 EXEC 0 []",
            ])
        #expect(bench.assembler.statistics.exitsMissed == 1)
        bench.checkOrder()
    }

    @Test func parentsStayWhileTheyHaveChildren() throws {
        var bench = Bench()
        let parent = RecordWriter(boottime: 10 * second, tgid: 100, start: 1)
        let child = RecordWriter(boottime: 11 * second, tgid: 101, start: 2)
        let grandchild = RecordWriter(boottime: 12 * second, tgid: 102, start: 3)
        try bench.feed(parent.exec(exe: "/a", args: ["a"]))
        try bench.feed(parent.fork(child: 101, childStart: 2))
        try bench.feed(child.fork(child: 102, childStart: 3))
        try bench.feed(parent.exit())
        try bench.feed(child.exit())
        _ = bench.take()
        bench.restart()
        try bench.feed(grandchild.exec(exe: "/c", args: ["c"], parent: 1, parentStart: 9))
        #expect(
            lines(bench.take()) == [
                "container c0ffee", "process 100 reup parent 0 /a[] 0:0",
                "process 101 reup parent 100 /a[] 0:0",
                "process 102 modified parent 101 /c[] 0:0", "event 102 EXEC 0 []",
            ], "the lineage is repeated in a new output")
        try bench.feed(grandchild.exit())
        _ = bench.take()
        bench.restart()
        // All are gone now: the same id is a new process.
        try bench.feed(grandchild.namespace(LL_NAMESPACE_SETNS, flags: 0))
        #expect(
            lines(bench.take()) == [
                "container c0ffee", "process 102 created parent 0 [] -1:-1",
                #"event 102 SETNS 0 ["setns"]"#,
            ])
        bench.checkOrder()
    }

    @Test func snapshotCredentialsAndNamespaces() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(
            writer.exec(
                kind: LL_KIND_PROCESS, exe: "/a", args: ["a", "b", "c d"],
                flags: LL_PROCESS_CONTAINER_INIT, uid: 5, gid: 6))
        try bench.feed(writer.credentials(uid: 0, gid: 0, result: -1))
        try bench.feed(writer.credentials(uid: 7, gid: 8))
        try bench.feed(writer.namespace(LL_NAMESPACE_UNSHARE, flags: 0x6000_0000, result: -1))
        #expect(
            lines(bench.take()) == [
                "container c0ffee", "process 100 created parent 0 /a[b c d] 5:6 entry",
                "event 100 SETUID -1 []", "process 100 modified parent 0 /a[b c d] 7:8 entry",
                "event 100 SETUID 0 []", #"event 100 SETNS -1 ["unshare", "pid", "net"]"#,
            ])
        #expect(bench.assembler.statistics.processesSynthesised == 0)
    }

    @Test func capabilitiesAndActsByTheirNames() throws {
        var bench = Bench()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(kind: LL_KIND_PROCESS, exe: "/a", args: ["a"]))
        _ = bench.take()
        try bench.feed(writer.act(LL_DIMENSION_CAPABILITY, 13))
        try bench.feed(writer.act(LL_DIMENSION_CAPABILITY, 63))
        try bench.feed(writer.act(LL_DIMENSION_ACT, UInt32(LL_ACT_PTRACE), result: -3))
        try bench.feed(writer.act(LL_DIMENSION_NONE, 30_000))
        let events = bench.take().compactMap { record -> [String]? in
            guard case .processEvent(let event) = record else { return nil }
            return ["\(event.operations.rawValue)", "\(event.result)"] + event.args
        }
        #expect(
            events == [
                ["\(LL_OPERATION_CAPABILITY)", "0", "CAP_NET_RAW"],
                ["\(LL_OPERATION_CAPABILITY)", "0", "CAP_63"],
                ["\(LL_OPERATION_ACT)", "-3", "ptrace"],
                ["\(LL_OPERATION_ACT)", "0", "reload", "30000"],
            ])
        // Numbers and dimensions that nobody sends.
        try bench.feed(writer.act(LL_DIMENSION_ACT, UInt32(LL_ACT_COUNT)))
        try bench.feed(writer.act(LL_DIMENSION_CAPABILITY, 64))
        try bench.feed(writer.act(LL_DIMENSION_FILE, 1))
        #expect(bench.take().isEmpty)
        #expect(bench.assembler.statistics.contradictory == 3)
    }

    @Test func whatAnImageDidIsExportedBeforeTheNext() throws {
        var bench = Bench()
        var writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.exec(exe: "/bin/sh", args: ["sh"]))
        try bench.feed(writer.fileOpen(path: "/script", dentry: 1))
        bench.count(
            dentry: 1, tgid: 100, first: 10 * second, last: 11 * second, reads: 2, readBytes: 20)
        _ = bench.take()
        writer.boottime = 12 * second
        try bench.feed(writer.exec(exe: "/bin/cat", args: ["cat"]))
        #expect(
            lines(bench.take()) == [
                "file created /script f", "file flow 100 OPEN|READ r2/20 w0/0",
                "process 100 modified parent 0 /bin/cat[] 0:0", "event 100 EXEC 0 []",
            ])
    }

    @Test func processThatForksItself() throws {
        var bench = Bench()
        let writer = RecordWriter(tgid: 100, start: 1)
        try bench.feed(writer.fork(child: 100, childStart: 1))
        try bench.feed(writer.fork(child: 100, childTid: 100, childStart: 1))
        #expect(bench.dispositions == [.dropped, .dropped])
        #expect(bench.assembler.statistics.contradictory == 2)
    }
}
