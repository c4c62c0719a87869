import Foundation
import Testing

@testable import SysFlow

/// Field for field what the public tools make of the reference traces.
@Suite(.enabled(if: !Fixtures.areMissing, "the reference traces ../shared/sysflow are absent"))
struct GoldenTests {
    static let traces = Fixtures.manifest().filter {
        FileManager.default.fileExists(atPath: $0.goldenURL.path())
    }

    @Test func everyTraceOfVersion1OnHasGoldenFields() { #expect(Self.traces.count == 33) }

    /// Of long traces every seventh event is compared; the others are only counted.
    @Test(arguments: traces)
    func fieldsAgreeWithThePublicReader(_ trace: Fixtures.Manifest) throws {
        let golden = try PublicToolsTests.run("/bin/gzip", ["-dc", trace.goldenURL.path()])
            .split(separator: 0x0a)
        let stride = golden.count > 3000 ? 7 : 1
        var flattening = Flattening()
        var index = 0
        var compared = 0
        for record in try readAll(try trace.bytes()) {
            guard let fields = flattening.flatten(record) else { continue }
            try #require(index < golden.count)
            if index % stride == 0 {
                let expected = try #require(
                    try JSONSerialization.jsonObject(with: golden[index]) as? [String: Any])
                try expect(fields, equal: expected, at: index)
                compared += fields.count
            }
            index += 1
        }
        #expect(index == golden.count)
        #expect(compared > 10)
    }

    private func expect(
        _ fields: [String: AnyHashable], equal golden: [String: Any], at index: Int
    ) throws {
        for (name, value) in fields {
            let expected: AnyHashable? =
                switch value.base {
                case is Bool: golden[name] as? Bool
                case is Int64: (golden[name] as? NSNumber)?.int64Value
                default: golden[name] as? String
                }
            try #require(value == expected, "\(name) of event \(index)")
        }
    }
}
