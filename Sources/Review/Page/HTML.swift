import Baseline

/// A piece of a page. Elements and attributes are named in the source only, and all other text is
/// escaped on its way in: what stands in a profile cannot become markup.
struct HTML {
    /// Well-formed as XML too.
    private(set) var source: String

    private init(source: String) { self.source = source }

    /// Text of any origin.
    init(_ text: String) { source = Self.escaped(text) }

    /// Text of the program's own, as it is.
    init(constant: StaticString) { source = constant.description }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ content: [HTML] = []
    ) -> HTML {
        var source = "<\(name)"
        for (name, value) in attributes { source += " \(name)=\"\(escaped(value))\"" }
        if content.isEmpty, isVoid(name) { return HTML(source: source + "/>") }
        source += ">"
        for part in content { source += part.source }
        return HTML(source: source + "</\(name)>")
    }

    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ text: String
    ) -> HTML {
        element(name, attributes, [HTML(text)])
    }

    /// An empty element that HTML knows without an end tag, or a shape.
    private static func isVoid(_ name: StaticString) -> Bool {
        ["meta", "rect", "path", "line"].contains(name.description)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in PlainText.visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
