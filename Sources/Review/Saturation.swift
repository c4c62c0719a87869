import Baseline

/// One dimension's completeness in words, and its curve as points to be drawn.
struct Saturation: Sendable {
    var dimension: Dimension
    /// nil: not known.
    var estimate: Estimate?

    static func all(of completeness: Completeness) -> [Saturation] {
        Dimension.allCases.map { Saturation(dimension: $0, estimate: completeness.estimates[$0]) }
    }

    var isComplete: Bool { estimate?.isComplete ?? false }

    /// `12`, `12 of about 15`
    var seen: String {
        guard let estimate else { return "" }
        let all = expected
        return all > estimate.behaviours
            ? "\(estimate.behaviours) of about \(all)" : "\(estimate.behaviours)"
    }

    /// The chance that the next draw is new: `0.02 %, at most 0.10 %`.
    var chance: String {
        guard let estimate else { return "" }
        return "\(Self.percent(estimate.unseen)), at most \(Self.percent(estimate.bound))"
    }

    /// Parts of all that there is thought to be, after even steps of draws: 0 to 1 each.
    var heights: [Double] {
        guard let estimate else { return [] }
        let all = Double(max(1, expected, estimate.curve.map(\.behaviours).max() ?? 0))
        return estimate.curve.map { Double($0.behaviours) / all }
    }

    private var expected: Int {
        guard let chao = estimate?.chao, chao < 1e9 else { return 0 }
        return Int(chao.rounded(.up))
    }

    /// With two places after the point.
    static func percent(_ share: Double) -> String {
        let hundredths = Int((min(1, max(0, share)) * 1e4).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) %"
    }

    /// Each reason why something is not complete, with the dimensions that it holds for.
    static func reasons(_ completeness: Completeness) -> [(dimensions: [String], reason: String)] {
        var found: [(dimensions: [String], reason: String)] = []
        for (dimension, reason) in completeness.reasons {
            if let place = found.firstIndex(where: { $0.reason == reason }) {
                found[place].dimensions.append(dimension.name)
            } else {
                found.append(([dimension.name], reason))
            }
        }
        return found
    }
}

extension Exercise {
    /// How it is made to happen.
    var remedy: String {
        switch self {
        case .restart: "start the container a second time"
        case .reload: "let the service read its configuration again"
        case .probe: "let the runtime start something in it, as exec probes do"
        case .shutdown: "stop the container"
        }
    }
}

extension Job {
    /// `/usr/sbin/logrotate every 3600 s, 4 times`
    var text: String {
        "\(PlainText.visible(executable)) every \(period / 1_000_000_000) s, "
            + ProfileReview.counted(times, "time")
            + (isUnproven ? ": UNPROVEN, seen less than three times" : "")
    }
}
