import Baseline

/// A saturation curve as a small picture: behaviours seen over draws, below a line at the number
/// that there is thought to be.
struct CurvePicture {
    private static let width = 180.0
    private static let height = 44.0
    private static let margin = 3.0

    let saturation: Saturation

    var html: HTML {
        let heights = saturation.heights
        let estimate = saturation.estimate
        let label =
            estimate.map {
                "\(saturation.dimension.name): \(saturation.seen) behaviours after "
                    + ProfileReview.counted($0.draws, "draw")
            } ?? "\(saturation.dimension.name): not known"
        var shapes = [HTML.element("title", [:], label)]
        shapes.append(
            .element(
                "line",
                [
                    "class": "limit", "x1": "0", "x2": Self.number(Self.width),
                    "y1": Self.number(Self.margin), "y2": Self.number(Self.margin),
                ]))
        if !heights.isEmpty {
            let path = points(heights).map { "\(Self.number($0.0)) \(Self.number($0.1))" }
            let curve = "M" + path.joined(separator: "L")
            let bottom = Self.number(Self.height)
            let area = "\(curve)L\(Self.number(Self.width)) \(bottom)L0 \(bottom)Z"
            shapes.append(.element("path", ["class": "area", "d": area]))
            shapes.append(.element("path", ["class": "curve", "d": curve]))
        }
        return .element(
            "svg",
            [
                "class": "saturation", "role": "img", "aria-label": label,
                "viewBox": "0 0 \(Self.number(Self.width)) \(Self.number(Self.height))",
                "width": Self.number(Self.width), "height": Self.number(Self.height),
            ], shapes)
    }

    /// From nothing, at no draws, on.
    private func points(_ heights: [Double]) -> [(Double, Double)] {
        let rise = Self.height - 2 * Self.margin
        let all = [0] + heights
        return all.enumerated().map { i, height in
            (
                Self.width * Double(i) / Double(all.count - 1),
                Self.height - Self.margin - rise * min(1, max(0, height))
            )
        }
    }

    /// With one place after the point.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
