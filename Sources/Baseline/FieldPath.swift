/// Where in the document the reader is; rendered only when an error is reported.
struct FieldPath {
    enum Component {
        case key(String)
        case index(Int)
    }

    var components: [Component] = []

    var text: String {
        var text = ""
        for component in components {
            switch component {
            case .key(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
