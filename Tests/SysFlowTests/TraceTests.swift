import Foundation
import Testing

@testable import SysFlow

@Suite(.enabled(if: !Fixtures.areMissing, "the reference traces ../shared/sysflow are absent"))
struct TraceTests {
    @Test func theManifestIsThere() { #expect(Fixtures.manifest().count == 39) }

    @Test(arguments: Fixtures.manifest())
    func everyTraceIsReadWhole(_ trace: Fixtures.Manifest) throws {
        var reader = try RecordReader(try trace.bytes())
        var counts: [String: Int] = [:]
        while let record = reader.next() { counts[record.kindName, default: 0] += 1 }

        #expect(reader.problems == [])
        #expect(reader.problemCount == 0)
        #expect(reader.statistics.records == trace.total)
        #expect(reader.statistics.unknownRecords == 0)
        #expect(counts == expectedCounts(trace))
    }

    /// Before version 1, what is now ProcessEvent was called ProcessFlow.
    private func expectedCounts(_ trace: Fixtures.Manifest) -> [String: Int] {
        guard trace.unionBranches <= 7 else { return trace.records }
        var counts = trace.records
        counts["ProcessEvent"] = counts.removeValue(forKey: "ProcessFlow")
        return counts
    }

    @Test(arguments: Fixtures.manifest())
    func theHeaderIsAsRecorded(_ trace: Fixtures.Manifest) throws {
        guard case .header(let header) = try readAll(try trace.bytes()).first else {
            Issue.record("the first record is no header")
            return
        }
        #expect(header.version == trace.header.version)
        #expect(header.exporter == trace.header.exporter)
        #expect(header.ip == trace.header.ip ?? "")
        #expect(header.filename == trace.header.filename ?? "")
    }
}
