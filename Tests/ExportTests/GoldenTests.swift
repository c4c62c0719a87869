import Export
import Foundation
import ReferenceTraces
import SysFlow
import Testing

/// Every field of every event and flow as the official tools have it.
@Suite(
    .enabled(if: !ReferenceTrace.areMissing, "the reference traces ../shared/sysflow are absent"))
struct GoldenTests {
    @Test func everyTraceOfVersion1OnHasGoldenLines() { #expect(ReferenceTrace.all.count == 33) }

    @Test(arguments: ReferenceTrace.all)
    func everyLineAgreesWithTheOfficialTools(_ trace: ReferenceTrace) throws {
        let golden = try trace.goldenLines()
        let printing = try Printing(try trace.bytes(), RecordPrinter(.flat))
        #expect(printing.problems == [])
        #expect(printing.unresolved.files == 0 && printing.unresolved.processes == 0)
        let lines = printing.lines
        try #require(lines.count == golden.count)
        for (index, (line, expected)) in zip(lines, golden).enumerated() {
            try expect(line, equals: expected, "event \(index) of \(trace)")
        }
    }

    /// The fields one by one say the same as whole lines do.
    @Test(arguments: ReferenceTrace.all)
    func namedFieldsAreTheSameText(_ trace: ReferenceTrace) throws {
        let bytes = try trace.bytes()
        guard bytes.count < 32 << 10 else { return }
        for format in [RecordPrinter.Format.flat, .json] {
            let whole = try Printing(bytes, RecordPrinter(format))
            let named = try Printing(bytes, RecordPrinter(format, fields: RecordPrinter.allFields))
            #expect(whole.output == named.output)
        }
    }

    /// Whatever the pieces in which the file comes.
    @Test func piecesDoNotMatter() throws {
        let bytes = try ReferenceTrace.named("httpd-cron").bytes()
        let whole = try Printing(bytes, RecordPrinter(.flat))
        for piece in [1, 17, 4096] {
            let pieces = try Printing(bytes, RecordPrinter(.flat), piece: piece)
            #expect(pieces.output == whole.output)
        }
    }

    private func expect(
        _ line: String, equals expected: String, _ place: String
    ) throws {
        // Keys and their order are the same, so that the texts mostly are.
        if line == expected { return }
        let (ours, theirs) = (try object(line), try object(expected))
        let fields = Set(ours.allKeys.compactMap { $0 as? String })
            .union(theirs.allKeys.compactMap { $0 as? String })
        for field in fields.sorted() {
            let (our, their) = (ours[field] as? NSObject, theirs[field] as? NSObject)
            try #require(our == their, "\(field) of \(place)")
        }
    }

    private func object(_ line: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary)
    }
}
