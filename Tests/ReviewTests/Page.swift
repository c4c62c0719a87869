import ContainerHarness
import Foundation
import FoundationXML

/// A page taken apart; it has to be well-formed.
final class Page: NSObject, XMLParserDelegate {
    private var counts: [String: Int] = [:]
    private var found: [String: [String]] = [:]
    /// Of all elements together.
    private(set) var text = ""

    init(_ source: String) throws {
        super.init()
        let parser = XMLParser(data: Data(source.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw HarnessError(
                "not well-formed, line \(parser.lineNumber): "
                    + "\(parser.parserError.map { "\($0)" } ?? "?")")
        }
    }

    var elements: Set<String> { Set(counts.keys) }
    var attributes: Set<String> { Set(found.keys) }

    func count(_ element: String) -> Int { counts[element, default: 0] }
    func values(_ attribute: String) -> [String] { found[attribute, default: []] }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        counts[name, default: 0] += 1
        for (name, value) in attributes { found[name, default: []].append(value) }
        text += "\n"
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
