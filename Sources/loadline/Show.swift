import Agent
import ArgumentParser
import Baseline
import Export
import Foundation
import Kernel
import Review

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what a profile allows and how far to trust it, for people.",
        discussion: """
            Examples:
              loadline show web.yaml
              loadline show web.yaml --rules
              loadline show web.yaml --format html >web.html
              loadline show web.yaml --format json
            """)

    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, html }

    @Argument(help: "The profile.")
    var profile: String

    @Option(
        help: "text for a terminal, html (one page, no scripts) for a browser, json (one object).")
    var format = Form.text

    @Flag(help: "With --format text: each rule too, and how often it was seen.")
    var rules = false

    func run() throws {
        try reporting {
            let profile = try ProfileFile.read(profile)
            switch format {
            case .text:
                let page = TextPage(ProfileReview(profile), style: .ofTerminal)
                for line in page.lines + (rules ? page.ruleLines : []) { Terminal.print(line) }
            case .html: Terminal.print(HTMLPage(ProfileReview(profile)).text)
            case .json: Terminal.print(try ReviewJSON.text(profile))
            }
        }
    }
}

extension PageStyle {
    /// What standard output can show, by the terminal and the locale.
    static var ofTerminal: PageStyle {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        let charset = locale?.lowercased() ?? ""
        return PageStyle(
            width: StandardOutput.columns ?? 100, hasColour: Terminal.hasColour,
            hasUnicode: charset.contains("utf-8") || charset.contains("utf8"))
    }
}
