import Yams

/// One YAML document as nodes with their places. Anchors, aliases and tags are refused, so the
/// tree is never larger than its text.
enum YAMLDocument {
    static func compose(_ bytes: [UInt8], file: String) throws(ProfileErrors) -> Node {
        guard bytes.count <= ProfileLimits.fileBytes else {
            throw one(
                file, 0, 0, "\(bytes.count) bytes are more than \(ProfileLimits.fileBytes)",
                "split the profile, or generalise its rules")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let (line, column) = firstInvalid(bytes)
            throw one(
                file, line, column, "not UTF-8 text",
                "write odd bytes of paths as \\xHH; save the file as UTF-8")
        }
        if let (line, column) = firstAnchor(bytes) {
            throw one(
                file, line, column, "YAML anchors and aliases are not accepted",
                "write the value out; put text that begins with & in quotes as \"\\x26...\"")
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            if let root = try parser.singleRoot() { return root }
        } catch let error as YamlError {
            throw refusal(error, file: file, bytes: bytes)
        } catch {
            throw one(file, 0, 0, "not YAML: \(error)", "correct the file")
        }
        throw one(
            file, 1, 1, "the file is empty",
            "write a profile: apiVersion: \(Profile.apiVersion), kind: \(Profile.kind), ...")
    }

    private static func one(
        _ file: String, _ line: Int, _ column: Int, _ problem: String, _ remedy: String
    ) -> ProfileErrors {
        ProfileErrors(errors: [
            ProfileError(
                file: file, line: line, column: column, field: "", problem: problem, remedy: remedy)
        ])
    }

    private static func refusal(_ error: YamlError, file: String, bytes: [UInt8]) -> ProfileErrors {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let isAlias = problem.contains("alias")
            return one(
                file, mark.line, mark.column, "not YAML: \(problem)",
                isAlias
                    ? "put a pattern that begins with * in quotes"
                    : "correct the indentation, quotes or brackets there; one document per file")
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.map { "`\($0)`" }.joined(separator: ", ")
            return one(
                file, context.mark.line, context.mark.column, "the key \(list) stands twice",
                "keep one of them")
        case .reader(let problem, _, let value, _):
            let (line, column) = firstUnprintable(bytes)
            return one(
                file, line, column, "not YAML: \(problem) (\(value))",
                "write control characters in double quotes as \\xHH")
        default:
            return one(file, 0, 0, "not YAML: \(error)", "correct the file")
        }
    }

    /// The first `&name` that could be an anchor. It may be inside quotes all the same: then the
    /// file is refused too, for telling that needs the parser, and the parser is what a document
    /// of aliases is aimed at.
    private static func firstAnchor(_ bytes: [UInt8]) -> (Int, Int)? {
        for i in bytes.indices.dropLast() where bytes[i] == UInt8(ascii: "&") {
            let isName = isWordByte(bytes[i + 1])
            let isInsideWord =
                i > 0 && (isWordByte(bytes[i - 1]) || "/.=".utf8.contains(bytes[i - 1]))
            if isName && !isInsideWord { return place(of: i, in: bytes) }
        }
        return nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func firstInvalid(_ bytes: [UInt8]) -> (Int, Int) {
        var low = 0
        var high = bytes.count
        // The longest valid prefix; a cut inside a scalar moves the place by three bytes at most.
        while low < high {
            let middle = (low + high + 1) / 2
            let isValid = (max(0, middle - 3)...middle).contains {
                String(validating: bytes[..<$0], as: UTF8.self) != nil
            }
            if isValid { low = middle } else { high = middle - 1 }
        }
        return place(of: max(0, low - 3), in: bytes)
    }

    private static func firstUnprintable(_ bytes: [UInt8]) -> (Int, Int) {
        let index = bytes.firstIndex { ($0 < 0x20 && ![9, 10, 13].contains($0)) || $0 == 0x7f }
        return index.map { place(of: $0, in: bytes) } ?? (0, 0)
    }

    private static func place(of index: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes[..<min(index, bytes.count)] {
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
