import Foundation
import ReferenceTraces
import Testing

@testable import Query

struct CatalogueTests {
    @Test func everyAttributeHasItsRow() {
        #expect(Attribute.catalogue.map(\.attribute) == Attribute.allCases)
        #expect(Set(Attribute.catalogue.map(\.name)).count == Attribute.allCases.count)
        for entry in Attribute.catalogue {
            #expect(Attribute(name: entry.name) == entry.attribute)
            #expect(Attribute(name: "sf." + entry.name) == entry.attribute)
            #expect(entry.width > 0 && !entry.title.isEmpty && !entry.summary.isEmpty)
        }
    }

    @Test(.enabled(if: !ReferenceTrace.areMissing, "the reference traces are absent"))
    func whatIsPrintedUnaskedIsWhatTheOfficialToolsPrint() throws {
        let line = try #require(try ReferenceTrace.named("ls.sf").goldenLines().first)
        var rest = line[...]
        for entry in Attribute.catalogue where !entry.isExtra {
            let found = try #require(rest.firstRange(of: "\"\(entry.name)\":"), "\(entry.name)")
            rest = rest[found.upperBound...]
        }
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(Set(object.keys) == Set(Attribute.catalogue.filter { !$0.isExtra }.map(\.name)))
    }

    @Test func namesNearToOneAreFound() {
        #expect(Attribute.nearest(to: "proc.exec") == .processExecutable)
        #expect(Attribute.nearest(to: "sf.file.paht") == .filePath)
        #expect(Attribute.nearest(to: "container.nam") == .containerName)
        #expect(Attribute.nearest(to: "xyzzyxyzzyxyzzyxyzzyxyzzy") == nil)
        #expect(Attribute.nearest(to: String(repeating: "a", count: 100_000)) == nil)
    }

    @Test func listsOfFieldsAreRead() throws {
        #expect(
            try Attribute.list(parsing: "ts, sf.proc.exe,res")
                == [.start, .processExecutable, .resource])
        for (text, column) in [("", 1), ("ts,,res", 4), ("ts,proc.ex", 4), ("ts,type, ts", 10)] {
            let error = #expect(throws: ConditionError.self) {
                _ = try Attribute.list(parsing: text)
            }
            #expect(error?.column == column, "\(text)")
        }
    }
}
