import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

@Suite struct FileFlowTests {
    private func started() throws -> Bench {
        var bench = Bench()
        try bench.feed(RecordWriter(boottime: 10 * second).exec(exe: "/a", args: ["a"]))
        _ = bench.take()
        return bench
    }

    @Test func exportedEachIntervalUntilIdle() throws {
        var bench = try started()
        var writer = RecordWriter(boottime: 10 * second)
        writer.boottime = 10 * second
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        func flows(_ bench: inout Bench, _ now: UInt64) -> [String] {
            bench.tick(now * second)
            return lines(bench.take()).filter { $0.hasPrefix("file flow") }
        }
        bench.count(dentry: 1, tgid: 100, first: 10 * second, last: 20 * second, reads: 1)
        #expect(flows(&bench, 39) == [])
        #expect(flows(&bench, 40) == ["file flow 100 OPEN|READ r1/0 w0/0"])
        bench.count(dentry: 1, tgid: 100, first: 10 * second, last: 45 * second, reads: 4)
        #expect(flows(&bench, 69) == [])
        #expect(flows(&bench, 70) == ["file flow 100 READ r3/0 w0/0"])
        #expect(flows(&bench, 100) == [], "nothing since, not yet idle")
        #expect(flows(&bench, 104) == [])
        #expect(flows(&bench, 105) == ["file flow 100 CLOSE r0/0 w0/0"], "60 s after the last")
        #expect(bench.kernel.files.isEmpty, "the kernel's entry is removed")
        #expect(flows(&bench, 300) == [])
        guard case .fileFlow(let last) = bench.records.last else { return }
        #expect(last.endTime == bootEpoch + 45_000_000_000)
    }

    @Test func lastCountersFromTheKernel() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        bench.count(
            dentry: 1, tgid: 100, first: 10 * second, last: 20 * second, writes: 2,
            writeBytes: 20)
        bench.tick(40 * second)
        _ = bench.take()
        var other = RecordWriter(boottime: 50 * second, tgid: 999)
        other.tgid = 100
        try bench.feed(
            other.fileEnd(
                dentry: 1, first: 10 * second, last: 45 * second, writes: 7, writeBytes: 70,
                opens: 2, operations: LL_OPERATION_MMAP))
        #expect(lines(bench.take()) == ["file flow 100 OPEN|WRITE|CLOSE|MMAP r0/0 w5/50"])
        try bench.feed(other.fileEnd(dentry: 1, first: 10 * second, last: 45 * second))
        #expect(bench.assembler.statistics.endsWithoutFlow == 1)
        #expect(bench.take().isEmpty)
    }

    @Test func entryMadeAnew() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1))
        bench.count(dentry: 1, tgid: 100, first: 10 * second, last: 39 * second, reads: 100)
        bench.tick(40 * second)
        // The end and the new beginning were lost: the counters begin at 0.
        bench.count(dentry: 1, tgid: 100, first: 50 * second, last: 69 * second, reads: 3)
        _ = bench.take()
        bench.tick(70 * second)
        #expect(lines(bench.take()) == ["file flow 100 OPEN|READ r3/0 w0/0"])
        #expect(bench.assembler.statistics.countersRestarted == 1)
        // The end was lost, the beginning was not.
        try bench.feed(writer.fileOpen(path: "/g", dentry: 1))
        #expect(bench.assembler.statistics.flowsReplaced == 1)
        #expect(lines(bench.take()) == ["file flow 100 CLOSE r0/0 w0/0"])
    }

    @Test func finishCutsAndRestartRepeats() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1, inodeMode: 0o040755))
        bench.count(dentry: 1, tgid: 100, first: 10 * second, last: 20 * second)
        bench.finish(30 * second)
        #expect(
            lines(bench.take()) == [
                "file created /f d", "file flow 100 OPEN|TRUNCATE r0/0 w0/0",
            ])
        bench.restart()
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1, inodeMode: 0o040755))
        bench.count(dentry: 1, tgid: 100, first: 31 * second, last: 31 * second)
        bench.finish(40 * second)
        #expect(
            lines(bench.take()) == [
                "container c0ffee", "process 100 reup parent 0 /a[] 0:0", "file reup /f d",
                "file flow 100 OPEN|TRUNCATE r0/0 w0/0",
            ])
        bench.checkOrder()
    }

    @Test func operationsOnPaths() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOperation(LL_OPERATION_MKDIR, path: "/d", result: -17))
        try bench.feed(writer.fileOperation(LL_OPERATION_RENAME, path: "/d", second: "/e"))
        try bench.feed(writer.fileOperation(LL_OPERATION_SYMLINK, path: "/e", second: "/l"))
        try bench.feed(writer.fileOperation(LL_OPERATION_CHMOD, path: "/l"))
        try bench.feed(writer.fileOpen(path: "/l", dentry: 3, inodeMode: 0o140777))
        try bench.feed(writer.fileOperation(LL_OPERATION_UNLINK, path: "/l"))
        #expect(
            lines(bench.take()) == [
                "file created /d d", "file event 100 MKDIR -17",
                "file created /e d", "file event 100 RENAME 0 second",
                "file created /l ?", "file event 100 SYMLINK 0 second",
                "file event 100 CHMOD 0",
                "file modified /l u", "file event 100 UNLINK 0",
            ])
        bench.checkOrder()
    }

    /// An open by io_uring that leaves no descriptor is a flow that has ended, with what it asked for.
    @Test func opensWithoutADescriptor() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(
            writer.fileOperation(LL_OPERATION_OPEN, path: "/a", result: -115, argument: 0o1101))
        let flows = bench.take().compactMap { record in
            if case .fileFlow(let flow) = record { flow } else { nil }
        }
        try #require(flows.count == 1)
        #expect(flows[0].operations == .open && flows[0].fd == -1 && flows[0].volume == Volume())
        #expect(flows[0].openFlags == [.writeOnly, .create, .truncate])
        #expect(flows[0].endTime == flows[0].time)
        bench.checkOrder()
    }

    /// An exchange is two renames; a whiteout is a device made in the old name's place.
    @Test func renamesThatDoMore() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        let rename = { (flags: UInt32) in
            writer.fileOperation(LL_OPERATION_RENAME, path: "/a", second: "/b", argument: flags)
        }
        try bench.feed(rename(2))
        #expect(
            lines(bench.take()) == [
                "file created /a ?", "file created /b ?", "file event 100 RENAME 0 second",
                "file event 100 RENAME 0 second",
            ])
        try bench.feed(rename(4))
        let records = bench.take().compactMap { record in
            if case .fileEvent(let event) = record { event } else { nil }
        }
        #expect(records.map(\.operations.rawValue) == [1 << 20, 1 << 26])
        #expect(records.map { $0.newFile == nil } == [false, true])
        #expect(records[0].file == records[1].file)
        bench.checkOrder()
    }

    @Test func pathsThatAreNotText() throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: [47, 0xff, 97, 0xc3], dentry: 1))
        try bench.feed(writer.fileOpen(path: [47, 0xfe, 97, 0xc3], dentry: 2))
        try bench.feed(writer.fileOpen(path: Array("/é\n\"".utf8), dentry: 3))
        bench.finish(20 * second)
        let files = bench.take().compactMap { if case .file(let file) = $0 { file } else { nil } }
        #expect(files.map(\.path) == [#"/\xffa\xc3"#, #"/\xfea\xc3"#, "/é\n\""])
        #expect(Set(files.map(\.oid)).count == 3)
        #expect(bench.assembler.statistics.textsEscaped == 2)
    }

    @Test(
        arguments: [
            (0, OpenFlags.readOnly), (1, .writeOnly), (2, .readWrite),
            (0o101, [.writeOnly, .create]), (0o1102, [.readWrite, .create, .truncate]),
            (0o200, [.readOnly, .exclusive]), (0o2001, [.writeOnly, .append]),
            (0o4000, [.readOnly, .nonblock]), (0o10001, [.writeOnly, .dsync]),
            (0o4010001, [.writeOnly, .dsync, .sync]), (0o2000000, [.readOnly, .closeOnExec]),
            (0o400000, .readOnly),
        ] as [(UInt32, OpenFlags)])
    func openFlags(linux: UInt32, falco: OpenFlags) throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1, openFlags: linux))
        bench.finish(20 * second)
        guard case .fileFlow(let flow) = bench.records.last else {
            return #expect(Bool(false))
        }
        #expect(flow.openFlags == falco)
    }

    @Test(
        arguments: [
            (0o100644, "f"), (0o040755, "d"), (0o010600, "p"), (0o140777, "u"), (0o020666, "f"),
            (0, "?"),
        ] as [(UInt32, String)])
    func resourceTypes(mode: UInt32, code: String) throws {
        var bench = try started()
        let writer = RecordWriter(boottime: 10 * second)
        try bench.feed(writer.fileOpen(path: "/f", dentry: 1, inodeMode: mode))
        bench.finish(20 * second)
        #expect(lines(bench.take()).first == "file created /f \(code)")
    }
}
