import SysFlow

extension Deviation {
    /// A behaviour from the words of an alert or of a command line.
    ///
    /// - Parameters:
    ///   - subject: the executable as profiles write it, `<runtime>` for the set-up.
    ///   - access: of a file, as profiles write it.
    ///   - object: the path as a pattern without wildcards, `tcp 10.0.0.1:443`, a name.
    /// - Throws: `SyntaxError` with what is wrong and what to write.
    public init(
        subject: String, dimension: Dimension, access words: [String], object: String
    ) throws(SyntaxError) {
        let object: Object =
            switch dimension {
            case .exec: .exec(try Self.path(object))
            case .file: .file(try Self.path(object), try Self.access(words))
            case .egress: .egress(try Self.endpoint(object))
            case .listen: .listen(try Self.endpoint(object))
            case .capability:
                .capability(
                    try Self.named(object, "capability", Capability.names, Capability.init(name:)))
            case .act:
                .act(try Self.named(object, "act", Act.allCases.map(\.name), Act.init(name:)))
            }
        self.init(
            subject: subject == ExecutableRules.runtime ? .runtime : try Self.path(subject),
            object: object)
    }

    public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
        public var description: String
    }

    private static func path(_ text: String) throws(SyntaxError) -> PathBytes {
        let pattern: PathPattern
        do {
            pattern = try PathPattern(parsing: text)
        } catch {
            throw SyntaxError(description: "`\(text)` is not a path: \(error.description)")
        }
        guard let path = pattern.literalPath else {
            throw SyntaxError(
                description: "`\(text)` is a pattern; name one path, \\* for the character *")
        }
        if let problem = pattern.unmatchable {
            throw SyntaxError(
                description: "`\(text)` \(problem); write it from the container's root, /")
        }
        return path
    }

    private static func access(_ words: [String]) throws(SyntaxError) -> FileAccess {
        var access: FileAccess = []
        for word in words {
            guard let bit = FileAccess.names.first(where: { $0.name == word })?.value else {
                throw SyntaxError(
                    description: "unknown access `\(word)`; "
                        + NearestName.remedy(for: word, known: FileAccess.names.map(\.name)))
            }
            access.insert(bit)
        }
        guard !access.isEmpty else {
            throw SyntaxError(description: "no access is named; name one, for example read")
        }
        return access
    }

    /// `tcp 10.0.0.1:443`, `udp [fd00::1]:53`.
    private static func endpoint(_ text: String) throws(SyntaxError) -> Endpoint {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let proto = TransportProtocol(text: String(parts[0])),
            let colon = parts[1].lastIndex(of: ":"),
            let port = PortText.parse(String(parts[1][parts[1].index(after: colon)...])),
            port.count == 1
        else { throw noEndpoint(text) }
        var host = parts[1][..<colon]
        if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(text: String(host)) else { throw noEndpoint(text) }
        return Endpoint(proto: proto, address: address, port: port.lowerBound)
    }

    private static func noEndpoint(_ text: String) -> SyntaxError {
        SyntaxError(
            description: "`\(text)` is not an endpoint; write it as `tcp 10.0.0.1:443` or "
                + "`udp [fd00::1]:53`")
    }

    private static func named<Value>(
        _ text: String, _ what: String, _ known: [String], _ make: (String) -> Value?
    ) throws(SyntaxError) -> Value {
        if let value = make(text) { return value }
        throw SyntaxError(
            description: "unknown \(what) `\(text)`; "
                + NearestName.remedy(for: text, known: known))
    }
}
