import Export
import Foundation
import ReferenceTraces
import SysFlow
import Testing

/// What can be read of damaged files is printed, and the damage is known.
@Suite(
    .enabled(if: !ReferenceTrace.areMissing, "the reference traces ../shared/sysflow are absent"))
struct DamageTests {
    static let trace = ReferenceTrace.named("mon.1531776712")

    @Test func printingGoesOnBehindADamagedBlock() throws {
        let bytes = try Self.trace.bytes()
        let whole = try Printing(bytes, RecordPrinter(.flat))
        var damaged = bytes
        for place in (bytes.count / 2)..<(bytes.count / 2 + 40) { damaged[place] = 0xaa }
        let printing = try Printing(damaged, RecordPrinter(.flat))
        #expect(printing.problems.count == 1)
        let problem = try #require(printing.problems.first)
        #expect(problem.offset < bytes.count / 2 && problem.offset > 0)
        #expect(printing.printed < whole.printed && printing.printed > whole.printed / 2)
        // The beginning is the same, and so is the end but for what cites lost entities.
        #expect(printing.lines.first == whole.lines.first)
        let last = try JSONSerialization.jsonObject(with: Data((printing.lines.last ?? "").utf8))
        let expected = try JSONSerialization.jsonObject(with: Data((whole.lines.last ?? "").utf8))
        let times = [last, expected].map { ($0 as? [String: Any])?["ts_uts"] as? Int64 }
        #expect(times[0] != nil && times[0] == times[1])
    }

    @Test func aCutFileIsPrintedUpToTheCut() throws {
        let bytes = try Self.trace.bytes()
        let whole = try Printing(bytes, RecordPrinter(.flat))
        let printing = try Printing(Array(bytes.dropLast(1000)), RecordPrinter(.flat))
        #expect(printing.problems.map(\.kind) == [.truncated])
        #expect(printing.printed > 0 && printing.printed < whole.printed)
        #expect(Array(whole.lines.prefix(printing.printed)) == printing.lines)
    }

    @Test func aFileThatIsNoneIsAnError() throws {
        #expect(throws: ReadError.self) {
            _ = try Printing(Array("no trace at all".utf8), RecordPrinter(.flat))
        }
        #expect(throws: ReadError.self) { _ = try Printing([], RecordPrinter(.flat)) }
    }

    @Test func filesOneBehindTheOtherAreJoinedApart() throws {
        let first = try ReferenceTrace.named("tcp-client-server").bytes()
        let second = try ReferenceTrace.named("setuid").bytes()
        let both = try Printing(first + second, RecordPrinter(.flat))
        let apart = try [first, second].map { try Printing($0, RecordPrinter(.flat)).output }
        #expect(both.output == apart[0] + apart[1])
    }
}
