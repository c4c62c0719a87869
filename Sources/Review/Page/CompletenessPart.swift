import Baseline

/// How far the profile can be trusted: dimension by dimension, and over the day.
struct CompletenessPart {
    let completeness: Completeness?

    var html: [HTML] {
        guard let completeness else {
            return [.element("p", ["class": "bad"], "Not known: learn it again, or for longer.")]
        }
        let verdict =
            completeness.isComplete
            ? HTML.element("p", ["class": "good"], "Enough: every dimension is complete.")
            : HTML.element("p", ["class": "bad"], "Not enough yet.")
        let rows = Saturation.all(of: completeness).map { row in
            HTML.element(
                "tr", [:],
                [
                    .element("td", [:], row.dimension.name),
                    .element("td", [:], [CurvePicture(saturation: row).html]),
                    .element("td", [:], row.seen),
                    .element("td", [:], row.estimate == nil ? "not known" : row.chance),
                    .element(
                        "td", ["class": row.isComplete ? "good" : "bad"],
                        row.isComplete ? "complete" : "not complete"),
                ])
        }
        let heads = [
            "dimension", "behaviours over draws", "seen",
            "the next draw (\(completeness.unit)) is new", "",
        ]
        return [verdict, HTMLPage.table(heads, rows)] + reasons(completeness)
            + calendar(completeness) + jobs(completeness)
    }

    private func reasons(_ completeness: Completeness) -> [HTML] {
        let all = Saturation.reasons(completeness)
        if all.isEmpty { return [] }
        return [
            .element(
                "ul", [:],
                all.map { dimensions, reason in
                    .element("li", [:], "\(dimensions.joined(separator: ", ")): \(reason)")
                })
        ]
    }

    private func calendar(_ completeness: Completeness) -> [HTML] {
        let text =
            "Seen in \(completeness.hours.count) of 24 hours (UTC), on "
            + "\(ProfileReview.counted(completeness.days, "day")): what comes at other times was "
            + "not seen."
        let boxes = (0..<24).map { hour in
            HTML.element(
                "rect",
                [
                    "class": completeness.hours.contains(hour) ? "seen" : "unseen",
                    "x": "\(hour * 18 + 1)", "y": "1", "width": "15", "height": "15",
                ], [.element("title", [:], "\(hour):00")])
        }
        return [
            .element("p", [:], text),
            .element(
                "svg",
                [
                    "role": "img", "aria-label": "Hours of the day that were seen",
                    "viewBox": "0 0 434 17", "width": "434", "height": "17",
                ], boxes),
        ]
    }

    private func jobs(_ completeness: Completeness) -> [HTML] {
        if completeness.jobs.isEmpty { return [] }
        return [
            .element("p", [:], "Started in regular intervals:"),
            .element("ul", [:], completeness.jobs.map { .element("li", [:], $0.text) }),
        ]
    }
}
