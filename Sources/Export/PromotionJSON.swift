internal import Baseline
internal import Foundation

/// The outcome of `promote` for machines: one JSON object, keys sorted.
public enum PromotionJSON {
    private struct Form: Encodable {
        struct Deviation: Encodable {
            var executable: String
            var dimension: String
            var access: [String]
            var object: String
            var verdict: String
        }
        var type = "promotion"
        var profile: String
        var promoted: Bool
        var judged: Int
        var against: [String]
        var deviations: [Deviation]
    }

    public static func line(
        profile: String, isPromoted: Bool, against: [String], alerts: [Alert], judged: Int
    ) throws -> String {
        let form = Form(
            profile: profile, promoted: isPromoted, judged: judged, against: against,
            deviations: alerts.map {
                Form.Deviation(
                    executable: $0.subject, dimension: $0.dimension.name, access: $0.access,
                    object: $0.object, verdict: AlertText.word($0.verdict))
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(form), as: UTF8.self)
    }
}
