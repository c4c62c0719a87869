import Baseline

/// A profile's page as one HTML file: it asks for nothing outside of itself and runs nothing.
public struct HTMLPage: Sendable {
    let review: ProfileReview

    public init(_ review: ProfileReview) { self.review = review }

    public var text: String {
        let name = review.profile.name
        let policy =
            "default-src 'none'; style-src '\(PageSheet.hash)'; base-uri 'none'; form-action 'none'"
        let head = HTML.element(
            "head", [:],
            [
                .element("meta", ["charset": "utf-8"]),
                .element(
                    "meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
                .element(
                    "meta",
                    ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                .element("meta", ["name": "color-scheme", "content": "light dark"]),
                .element("title", [:], "\(name) - loadline profile"),
                .element("style", [:], [HTML(constant: PageSheet.text)]),
            ])
        let page = HTML.element("html", ["lang": "en"], [head, .element("body", [:], body)])
        return "<!DOCTYPE html>\n\(page.source)"
    }

    private var body: [HTML] {
        let all = sections
        return [
            .element(
                "header", [:],
                [
                    .element("h1", [:], review.profile.name), list(review.facts),
                    .element(
                        "nav", ["aria-label": "Sections"],
                        all.flatMap { section in
                            [.element("a", ["href": "#\(section.id)"], section.title)]
                        }),
                ]),
            .element(
                "main", [:],
                all.map { section in
                    .element(
                        "section", ["id": section.id],
                        [.element("h2", [:], section.title)] + section.content)
                }),
        ]
    }

    private struct Section {
        var id: String
        var title: String
        var content: [HTML]
    }

    private var sections: [Section] {
        var sections = [
            Section(id: "does", title: "What it does", content: does),
            Section(
                id: "completeness", title: "How complete it is",
                content: CompletenessPart(completeness: review.profile.completeness).html),
            Section(id: "missing", title: "Never tried", content: missing),
            Section(id: "breadth", title: "Breadth", content: breadth),
        ]
        if !review.profile.refused.isEmpty {
            sections.append(
                Section(id: "refused", title: "Seen and not learned", content: refused))
        }
        if let learned = review.profile.learned, !learned.sources.isEmpty {
            sections.append(
                Section(
                    id: "evidence", title: "What it was learned from", content: sources(learned)))
        }
        return sections
    }

    private func list(_ facts: [ProfileReview.Fact]) -> HTML {
        .element(
            "dl", [:],
            facts.flatMap { fact in
                [
                    .element("dt", [:], fact.label),
                    .element("dd", ["class": fact.isBad ? "bad" : "plain"], fact.text),
                ]
            })
    }

    private var does: [HTML] {
        let picture = TreePicture(review: review)
        var content: [HTML] = [
            .element("p", [:], "\(review.size)."),
            .element(
                "div",
                [
                    "class": "scroll", "tabindex": "0", "role": "region",
                    "aria-label": "Process tree",
                ],
                [picture.html]),
        ]
        if picture.left > 0 {
            content.append(
                .element("p", ["class": "faint"], "The picture leaves out \(picture.left) more."))
        }
        var first = 1
        for program in review.programs {
            let part = ProgramPart(
                program: program, learned: review.profile.learned, firstRule: first)
            content.append(part.html)
            first += program.rules.count
        }
        return content
    }

    private var missing: [HTML] {
        guard let completeness = review.profile.completeness else {
            return [.element("p", [:], "Not known.")]
        }
        if completeness.missing.isEmpty {
            return [.element("p", [:], "Restart, reload, probe and shutdown were all seen.")]
        }
        return [
            .element(
                "p", [:],
                "Do this while it is learned, or the first time will be a deviation."),
            .element(
                "dl", [:],
                completeness.missing.flatMap { exercise in
                    [
                        .element("dt", [:], exercise.rawValue),
                        .element("dd", [:], exercise.remedy),
                    ]
                }),
        ]
    }

    private var breadth: [HTML] {
        let breadth = review.breadth
        let score =
            breadth.score == 0
            ? "0: no pattern admits a sensitive object."
            : "\(breadth.score): patterns admit sensitive objects."
        let verdict = HTML.element("p", ["class": breadth.score == 0 ? "good" : "bad"], score)
        if breadth.findings.isEmpty { return [verdict] }
        let rows = (breadth.admitted + breadth.named).map { finding in
            HTML.element(
                "tr", [:],
                [
                    .element("td", [:], "\(finding.weight)"),
                    .element(
                        "td", ["class": finding.isNamed ? "plain" : "bad"],
                        finding.isNamed ? "named" : "admitted"),
                    .element("td", [:], [.element("code", [:], finding.object)]),
                    .element("td", [:], finding.reason),
                    .element(
                        "td", [:],
                        [
                            .element("code", [:], finding.rule), HTML(" of "),
                            .element("code", [:], ProcessTree.name(finding.subject)),
                        ]),
                ])
        }
        return [
            verdict,
            .element("p", [:], "\(breadth.namedScore) by objects that are named."),
            Self.table(["weight", "", "object", "why", "by the rule"], rows),
        ]
    }

    private var refused: [HTML] {
        [
            .element("p", [:], "learn --allow-class NAME learns it, if it has to be."),
            .element("ul", [:], review.profile.refused.map { .element("li", [:], $0.text) }),
        ]
    }

    private func sources(_ learned: Provenance) -> [HTML] {
        let rows = learned.sources.sorted { $0.key < $1.key }.map { id, source in
            let lost = source.losses.filter { $0.value > 0 }
                .sorted { PlainText.precedes($0.key, $1.key) }
                .map { "\($0.value) in \($0.key)" }.joined(separator: ", ")
            return HTML.element(
                "tr", [:],
                [
                    .element("td", [:], [.element("code", [:], id.text)]),
                    .element("td", [:], source.replica), .element("td", [:], source.name ?? ""),
                    .element("td", [:], ProfileReview.time(source.recording)),
                    .element("td", [:], "\(source.records)"),
                    .element("td", ["class": lost.isEmpty ? "plain" : "bad"], lost),
                ])
        }
        return [
            Self.table(["recording", "replica", "name", "begun", "records", "lost"], rows)
        ]
    }

    static func table(_ heads: [String], _ rows: [HTML]) -> HTML {
        .element(
            "table", [:],
            [
                .element(
                    "thead", [:],
                    [.element("tr", [:], heads.map { .element("th", ["scope": "col"], $0) })]),
                .element("tbody", [:], rows),
            ])
    }
}
