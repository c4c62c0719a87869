/// What an attack did, by its effect and by nothing else.
public enum Effect: Sendable, CustomStringConvertible {
    case happened(evidence: String)
    /// It did, and whoever did it was ended at once.
    case happenedAndEnded(evidence: String)
    case didNotHappen(evidence: String)

    public var happened: Bool { if case .didNotHappen = self { false } else { true } }
    public var wasEnded: Bool { if case .happenedAndEnded = self { true } else { false } }

    public var description: String {
        switch self {
        case .happened(let evidence): "happened: \(evidence)"
        case .happenedAndEnded(let evidence): "happened, and its process was ended: \(evidence)"
        case .didNotHappen(let evidence): "did not happen: \(evidence)"
        }
    }

    public static func byText(_ text: String, has token: String, what: String) -> Effect {
        text.contains(token)
            ? .happened(evidence: what)
            : .didNotHappen(evidence: "no sign of it in: \(shorten(text))")
    }

    public static func byResult(_ result: CommandResult, has token: String, what: String) -> Effect
    {
        result.stdout.contains(token)
            ? .happened(evidence: what)
            : .didNotHappen(
                evidence: result.timedOut
                    ? "no sign of it before the time was over"
                    : "status \(result.status) \(shorten(result.stderr))")
    }

    static func shorten(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).prefix(3).joined(separator: "; ")
        return line.isEmpty ? "nothing" : String(line.prefix(160))
    }
}

/// One act that no profile learned from the service's normal work allows.
public struct Attack: Sendable {
    public enum Dimension: String, Sendable { case exec, file, egress, listen, capability, act }

    /// Unique in its catalogue: `perl-memfd-exec`.
    public let name: String
    public let summary: String
    public let dimension: Dimension
    let act: @Sendable (AttackTarget) throws -> Effect

    public init(
        _ name: String, _ dimension: Dimension, _ summary: String,
        _ act: @escaping @Sendable (AttackTarget) throws -> Effect
    ) {
        self.name = name
        self.dimension = dimension
        self.summary = summary
        self.act = act
    }

    /// Performs it once, and can be repeated.
    /// - Throws: only when it could not be tried.
    public func run(_ target: AttackTarget) throws -> Effect { try act(target) }
}

/// Where attacks are performed and how their effects are seen.
public struct AttackTarget: Sendable {
    public let container: RuncContainer
    public let listener: EgressListener
    public let canary: Canary

    public init(_ container: RuncContainer, canary: Canary) throws {
        self.container = container
        self.canary = canary
        listener = try EgressListener(in: container)
    }

    public func close() { listener.stop() }

    /// Whether anything was sent to the listener while `body` ran.
    public func egress(_ body: () throws -> String) throws -> Effect {
        let before = try listener.settledArrivals().count
        let reply = try body()
        let came = try listener.settledArrivals().dropFirst(before)
        return came.isEmpty
            ? .didNotHappen(evidence: "the listener got nothing; \(Effect.shorten(reply))")
            : .happened(evidence: "the listener got \(came.joined(separator: ", "))")
    }

    /// Whether `path` holds the token after `body`; the file is removed before and after.
    public func writing(_ path: String, _ token: String, _ body: () throws -> String) throws
        -> Effect
    {
        try container.removeFile(path)
        defer { try? container.removeFile(path) }
        let reply = try body()
        let content = try container.contents(of: path)
        if let content, content.contains(token) {
            return .happened(evidence: "\(path) was written")
        }
        let state = content == nil ? "is absent" : "is there without the content"
        return .didNotHappen(evidence: "\(path) \(state); \(Effect.shorten(reply))")
    }

    /// Puts a program into the container that prints the token, from outside of it.
    public func plantProgram(_ path: String, printing token: String) throws {
        try container.plant(
            ContainerFile(path, try TinyProgram.elf(printing: token), mode: 0o755))
    }
}
