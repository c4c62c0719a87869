/// What the place can show that a page is printed to.
public struct PageStyle: Hashable, Sendable {
    /// Columns; lines are broken there where a blank allows it.
    public var width: Int
    public var hasColour: Bool
    /// It shows UTF-8.
    public var hasUnicode: Bool

    /// Lines are neither broken earlier, however narrow the terminal, nor longer.
    public static let widths = 60...100

    public init(width: Int = 100, hasColour: Bool = false, hasUnicode: Bool = true) {
        self.width = min(max(width, Self.widths.lowerBound), Self.widths.upperBound)
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
    }

    enum Tone: String {
        case plain = ""
        case heading = "1"
        case faint = "2"
        case good = "32"
        case bad = "1;31"
    }

    func toned(_ text: String, _ tone: Tone) -> String {
        hasColour && tone != .plain ? "\u{1b}[\(tone.rawValue)m\(text)\u{1b}[0m" : text
    }

    /// A curve as one line, a column for each height of 0 to 1.
    func curve(_ heights: [Double]) -> String {
        let steps = Array(hasUnicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
        return String(
            heights.map { height in
                steps[Int((min(1, max(0, height)) * Double(steps.count - 1)).rounded(.down))]
            })
    }

    /// Twenty-four hours, those marked that are in the list.
    func hours(_ hours: [Int]) -> String {
        let (on, off): (Character, Character) = hasUnicode ? ("█", "·") : ("#", ".")
        return String((0..<24).map { hours.contains($0) ? on : off })
    }
}

/// A run of text of one tone.
struct Span {
    var text: String
    var tone: PageStyle.Tone = .plain
}

/// Lines that stay within a width, with a label before the first.
struct LineBreaker {
    let style: PageStyle

    /// - Parameters:
    ///   - label: stands before the first line; the others begin where its column ends.
    ///   - column: where the body begins.
    func lines(_ label: Span, column: Int, _ body: [Span]) -> [String] {
        var lines: [String] = []
        let gap = max(1, column - label.text.count)
        var line = style.toned(label.text, label.tone)
        var width = label.text.count + gap
        var begin = String(repeating: " ", count: gap)
        for span in body {
            for word in span.text.split(separator: " ") {
                if begin == " ", width + 1 + word.count > style.width, width > column {
                    lines.append(line)
                    line = ""
                    width = column
                    begin = String(repeating: " ", count: column)
                } else if begin == " " {
                    width += 1
                }
                line += begin + style.toned(String(word), span.tone)
                width += word.count
                begin = " "
            }
        }
        return lines + [line]
    }
}
