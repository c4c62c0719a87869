import Baseline
import ContainerHarness
import Foundation
import Testing

@testable import Review

/// The page in a real browser, without a window.
@Suite(.serialized) struct BrowserTests {
    @Test(.timeLimit(.minutes(3))) func theBrowserShowsWhatTheProfileHolds() throws {
        let profile = try ExampleProfile.make()
        let shown = try Browser.open(HTMLPage(ProfileReview(profile)).text)
        #expect(shown.complaints == [])
        for rules in profile.executables {
            for rule in rules.described {
                let text = rule.rule.text.replacingOccurrences(of: "&", with: "&amp;")
                    .replacingOccurrences(of: "<", with: "&lt;")
                    .replacingOccurrences(of: ">", with: "&gt;")
                #expect(shown.dom.contains(">\(text)<"), "\(text)")
            }
        }
        #expect(shown.dom.contains("<title>web - loadline profile</title>"))
        #expect(!shown.dom.contains("<details open"))
    }

    /// A link to a rule opens what it lies in.
    @Test(.timeLimit(.minutes(3))) func detailsOpen() throws {
        let page = HTMLPage(ProfileReview(try ExampleProfile.make())).text
        let shown = try Browser.open(page, fragment: "rule-1")
        #expect(shown.complaints == [])
        // The program's rules, and the rule.
        #expect(shown.dom.components(separatedBy: "<details open").count - 1 == 2)
    }

    @Test(.timeLimit(.minutes(3))) func aHostileProfileRunsNothing() throws {
        let page = HTMLPage(ProfileReview(HostileProfile.make())).text
        let shown = try Browser.open(page)
        #expect(shown.complaints == [])
        #expect(!shown.dom.contains("<title>pwned"))
        #expect(!shown.dom.contains("<script"))
        #expect(shown.dom.contains("&lt;script&gt;"))
    }

    /// Were markup to come through all the same, the page's policy would stop it: the check
    /// above is able to see a script that ran.
    @Test(.timeLimit(.minutes(3))) func thePolicyStopsScripts() throws {
        let page = HTMLPage(ProfileReview(try ExampleProfile.make())).text
            .replacingOccurrences(of: "<header>", with: HostileProfile.script + "<header>")
        let stopped = try Browser.open(page)
        #expect(!stopped.dom.contains("<title>pwned"))
        #expect(stopped.complaints.contains { $0.contains("Content Security Policy") })
        let open = page.replacingOccurrences(of: "Content-Security-Policy", with: "x-none")
        #expect(try Browser.open(open).dom.contains("<title>pwned"))
    }

    /// Both themes are drawn: the picture is not empty, and not the same.
    @Test(.timeLimit(.minutes(3))) func lightAndDark() throws {
        let page = HTMLPage(ProfileReview(try ExampleProfile.make())).text
        let light = try Browser.picture(page, isDark: false)
        let dark = try Browser.picture(page, isDark: true)
        #expect(light.count > 10_000 && dark.count > 10_000)
        #expect(light != dark)
    }
}
