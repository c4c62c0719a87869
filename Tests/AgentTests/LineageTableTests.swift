import Events
import Export
import RecordWriting
import Testing

@testable import Agent

@Suite struct LineageTableTests {
    private var table = LineageTable()

    private mutating func feed(_ bytes: [UInt8]) throws {
        table.consume(try decode(RawSpan(_elements: bytes.span)))
    }

    private func executables(_ tgid: UInt32) -> [String] {
        table.lineage(of: ProcessKey(tgid: tgid, start: 1)).map(\.executable)
    }

    @Test mutating func aLineageLastsAsLongAsItsLastProcess() throws {
        try feed(RecordWriter(tgid: 1).exec(exe: "/init"))
        try feed(RecordWriter(tgid: 1).fork(child: 2, childStart: 1))
        try feed(RecordWriter(tgid: 2).exec(exe: "/shell", parent: 1, parentStart: 1))
        try feed(RecordWriter(tgid: 2).fork(child: 3, childStart: 1))
        #expect(executables(3) == ["/shell", "/shell", "/init"])
        try feed(RecordWriter(tgid: 2).exit())
        try feed(RecordWriter(tgid: 3).exec(exe: "/cat", parent: 2, parentStart: 1))
        #expect(executables(3) == ["/cat", "/shell", "/init"])
        try feed(RecordWriter(tgid: 3).exit(isThread: true))
        #expect(table.count == 3)
        try feed(RecordWriter(tgid: 3).exit())
        #expect(table.count == 1, "the ended parent goes with its last child")
        try feed(RecordWriter(tgid: 1).exit())
        #expect(table.count == 0)
    }

    @Test mutating func aContainerTakesItsProcessesWithIt() throws {
        for slot in 1...2 as ClosedRange<UInt32> {
            try feed(RecordWriter(slot: slot, tgid: slot).exec(exe: "/a"))
            try feed(RecordWriter(slot: slot, tgid: slot).fork(child: 10 + slot, childStart: 1))
        }
        table.forget(slot: 1)
        #expect(executables(1).isEmpty && executables(11).isEmpty)
        #expect(executables(12) == ["/a", "/a"])
    }

    /// Processes whose exits were lost, without end.
    @Test mutating func theTableIsBounded() throws {
        try feed(RecordWriter(tgid: 1).exec(exe: "/init"))
        for child in 2..<UInt32(LineageTable.limit + 10) {
            try feed(RecordWriter(tgid: 1).fork(child: child, childStart: 1))
        }
        #expect(table.restarts == 1)
        #expect(table.count < 20)
    }
}
