internal import Baseline
internal import Foundation

/// What the JSON of several commands has in common.
enum FormJSON {
    /// A sensitive object that a profile allows.
    struct Finding: Encodable {
        var object: String
        var weight: Int
        var reason: String
        var executable: String
        var rule: String
        var named: Bool

        init(_ finding: Breadth.Finding) {
            object = finding.object
            weight = finding.weight
            reason = finding.reason
            executable = finding.subject
            rule = finding.rule
            named = finding.isNamed
        }
    }

    /// One object in one line, keys sorted.
    static func text(_ form: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }
}
