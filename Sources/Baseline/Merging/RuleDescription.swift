public import SysFlow

/// A rule without its evidence and reason: what it allows.
public enum RuleDescription: Hashable, Sendable {
    case exec(String)
    case file(String, FileAccess)
    case egress(TransportProtocol, Prefix, ClosedRange<UInt16>)
    case listen(TransportProtocol, Prefix, ClosedRange<UInt16>)
    case capability(Capability)
    case act(Act)

    public var dimension: Dimension {
        switch self {
        case .exec: .exec
        case .file: .file
        case .egress: .egress
        case .listen: .listen
        case .capability: .capability
        case .act: .act
        }
    }

    /// What it is for: the path, the address with protocol and port, the name.
    public var object: String {
        switch self {
        case .exec(let path), .file(let path, _): YAMLText.visible(path)
        case .egress(let proto, let prefix, let ports), .listen(let proto, let prefix, let ports):
            "\(proto.text) \(prefix.text) port \(PortText.text(ports))"
        case .capability(let capability): capability.name
        case .act(let act): act.name
        }
    }

    /// For files `read, write`; empty otherwise.
    public var access: String {
        if case .file(_, let access) = self { return access.words.joined(separator: ", ") }
        return ""
    }

    /// One text: `file read, write /a`.
    public var text: String {
        ([dimension.name] + (access.isEmpty ? [] : [access]) + [object]).joined(separator: " ")
    }
}

extension ExecutableRules {
    /// All its rules, in the order in which they are written.
    var descriptions: [RuleDescription] {
        exec.map { .exec($0.path) } + files.map { .file($0.path, $0.access) }
            + egress.map { .egress($0.proto, $0.prefix, $0.ports) }
            + listen.map { .listen($0.proto, $0.prefix, $0.ports) }
            + capabilities.map { .capability($0.capability) } + acts.map { .act($0.act) }
    }
}

/// When a rule holds, and of what contents.
public struct RuleCondition: Hashable, Sendable {
    /// nil: in all.
    public var phase: Phase?
    /// None: any.
    public var digests: [ContentDigest] = []

    func admitsMoreContents(than other: RuleCondition) -> Bool {
        if other.digests.isEmpty { return false }
        return digests.isEmpty || !Set(digests).isSubset(of: other.digests)
    }
}

extension ExecutableRules {
    /// Those of all its rules, as `descriptions`.
    var conditions: [RuleCondition] {
        exec.map { RuleCondition(phase: $0.phase, digests: $0.digests) }
            + files.map { RuleCondition(phase: $0.phase, digests: $0.digests) }
            + egress.map { RuleCondition(phase: $0.phase) }
            + listen.map { RuleCondition(phase: $0.phase) }
            + capabilities.map { RuleCondition(phase: $0.phase) }
            + acts.map { RuleCondition(phase: $0.phase) }
    }
}
