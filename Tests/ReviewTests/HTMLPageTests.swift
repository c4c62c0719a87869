import Baseline
import ContainerHarness
import Foundation
import Testing

@testable import Review

@Suite struct HTMLPageTests {
    private static let elements: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "article",
        "nav", "a", "h1", "h2", "h3", "p", "div", "span", "code", "ul", "li", "dl", "dt", "dd",
        "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "svg", "path", "rect",
        "line", "text",
    ]
    private static let attributes: Set<String> = [
        "lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "role",
        "aria-label", "aria-labelledby", "tabindex", "scope", "viewBox", "width", "height", "d",
        "x", "y", "x1", "x2", "y1", "y2", "rx",
    ]

    /// Whatever the profile says, the page is made of these elements and attributes and asks for
    /// nothing.
    @Test(arguments: [true, false]) func theMarkupIsOurs(_ isHostile: Bool) throws {
        let profile = isHostile ? HostileProfile.make() : try ExampleProfile.make()
        let page = try Page(HTMLPage(ProfileReview(profile)).text)
        #expect(page.elements.subtracting(Self.elements) == [])
        #expect(page.attributes.subtracting(Self.attributes) == [])
        for link in page.values("href") { #expect(link.hasPrefix("#"), "\(link)") }
        for id in page.values("href") {
            #expect(page.values("id").contains(String(id.dropFirst())), "\(id)")
        }
        let ids = page.values("id")
        #expect(Set(ids).count == ids.count, "\(ids)")
    }

    @Test func hostileTextIsShownAsItIs() throws {
        let page = try Page(HTMLPage(ProfileReview(HostileProfile.make())).text)
        #expect(page.text.contains(HostileProfile.script))
        #expect(page.text.contains(HostileProfile.attribute))
        #expect(page.text.contains("\\x1b[31m\\u202e\\x07"))
        #expect(!page.text.unicodeScalars.contains { $0.value == 0x202e || $0.value == 0x1b })
    }

    @Test func thePageHoldsWhatTheProfileHolds() throws {
        let profile = try ExampleProfile.make()
        let page = try Page(HTMLPage(ProfileReview(profile)).text)
        for rules in profile.executables {
            if rules.executable != ExecutableRules.runtime {
                #expect(page.text.contains(rules.executable))
            }
            for rule in rules.described { #expect(page.text.contains(rule.rule.text)) }
        }
        for text in [
            "/var/log/nginx/a.log", "only while it starts", "partial: 3 records were lost",
            "8 of about 10",
            "0.05 %, at most 0.16 %", "web-1", "let the service read its configuration again",
            "PARTIAL: lost 3 in file", "UNPROVEN",
        ] {
            #expect(page.text.contains(text), "\(text)")
        }
        // One for each rule, and one for each program that has rules.
        let rules = profile.executables.map(\.described.count)
        #expect(
            page.count("details") == rules.reduce(0, +) + rules.count { $0 > 0 }, "\(rules)")
        // The tree, six curves, the hours.
        #expect(page.count("svg") == 8)
    }

    /// The page admits its sheet by this hash, and no other style.
    @Test func theSheetHasItsHash() throws {
        let sheet = PageSheet.text.description
        let sum = try Command.run(["sha256sum"], input: Array(sheet.utf8)).stdout.prefix(64)
        var bytes: [UInt8] = []
        var digits = sum[...]
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        #expect(PageSheet.hash.description == "sha256-\(Data(bytes).base64EncodedString())")
        #expect(HTMLPage(ProfileReview(HostileProfile.make())).text.contains(">\(sheet)<"))
    }

    @Test func aHugeProfileIsBounded() throws {
        let executables = (0..<600).map { i in
            ExecutableRules(
                executable: "/bin/p\(i)", exec: [ExecRule(path: "/bin/p\(i + 1)")])
        }
        let review = ProfileReview(Profile(name: "chain", executables: executables))
        let page = try Page(HTMLPage(review).text)
        #expect(page.count("rect") == TreePicture.limit)
        #expect(page.text.contains("The picture leaves out \(601 - TreePicture.limit) more."))
    }
}
