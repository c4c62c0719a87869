public import SysFlow

/// What a container may do: the learned, reviewable form of its behaviour.
///
/// The YAML form is a Kubernetes-style resource:
/// `apiVersion: loadline.dev/v1alpha1`, `kind: IntegrityProfile`.
public struct Profile: Hashable, Sendable {
    public static let apiVersion = "loadline.dev/v1alpha1"
    public static let kind = "IntegrityProfile"

    public var name: String
    public var labels: [String: String]
    public var selector: Selector
    /// nil: the agent's default.
    public var mode: Mode?
    public var actions: Actions
    public var response: Response
    public var identity: Identity
    /// Rules by executable, sorted by subject.
    public var executables: [ExecutableRules]
    /// What was learned, from what, and what was lost on the way.
    public var learned: Provenance?
    /// What was seen and left out, for it is never learned without being asked for.
    public var refused: [Refusal] = []
    /// How it came to be enforced; nil: `promote` was not asked.
    public var promoted: Promotion?
    /// How much of the behaviour was seen; nil: not known.
    public var completeness: Completeness?

    public init(
        name: String, labels: [String: String] = [:], selector: Selector = Selector(),
        mode: Mode? = nil, actions: Actions = Actions(), response: Response = Response(),
        identity: Identity = .content, executables: [ExecutableRules] = [],
        learned: Provenance? = nil, completeness: Completeness? = nil
    ) {
        self.name = name
        self.labels = labels
        self.selector = selector
        self.mode = mode
        self.actions = actions
        self.response = response
        self.identity = identity
        self.executables = executables
        self.learned = learned
        self.completeness = completeness
    }
}

/// Which containers a profile is for; an absent field matches all, an empty selector none.
public struct Selector: Hashable, Sendable {
    /// The image reference; `*` stands for any run of characters.
    public var image: String?
    /// The container's name, likewise.
    public var containerName: String?
    /// Labels of the workload that must be there with these values.
    public var labels: [String: String]
    public init(image: String? = nil, containerName: String? = nil, labels: [String: String] = [:])
    {
        self.image = image
        self.containerName = containerName
        self.labels = labels
    }
}

public enum Mode: String, Sendable, CaseIterable { case learn, monitor, enforce }

public enum Action: String, Sendable, CaseIterable {
    case alert, deny, kill
    /// Refused as far as it can be, else killed; the container is frozen, evidence is kept.
    case quarantine
}

/// What is done about a deviation, by dimension, in enforce mode.
public struct Actions: Hashable, Sendable {
    public var exec: Action
    public var file: Action
    public var egress: Action
    public var listen: Action
    /// nil: the profile does not judge capabilities, as one that was written before there was
    /// such a dimension; likewise of acts.
    public var capability: Action?
    public var act: Action?
    public init(
        exec: Action = .kill, file: Action = .kill, egress: Action = .deny, listen: Action = .deny,
        capability: Action? = nil, act: Action? = nil
    ) {
        self.exec = exec
        self.file = file
        self.egress = egress
        self.listen = listen
        self.capability = capability
        self.act = act
    }

    /// Of a profile that was learned: all dimensions are judged.
    public static let learned = Actions(capability: .deny, act: .kill)

    /// By dimension, in their order; those that are not judged are left out.
    public var all: [(dimension: Dimension, action: Action)] {
        let all: [(Dimension, Action?)] = [
            (.exec, exec), (.file, file), (.egress, egress), (.listen, listen),
            (.capability, capability), (.act, act),
        ]
        return all.compactMap { dimension, action in action.map { (dimension, $0) } }
    }
}

/// What one executable may do.
public struct ExecutableRules: Hashable, Sendable {
    /// A path pattern, or `<runtime>` for what the container runtime's set-up phase starts:
    /// entry point, exec probes, `kubectl exec`.
    public var executable: String
    /// Programs that it may execute.
    public var exec: [ExecRule]
    public var files: [FileRule]
    public var egress: [EgressRule]
    public var listen: [ListenRule]
    public var capabilities: [CapabilityRule]
    public var acts: [ActRule]
    public init(
        executable: String, exec: [ExecRule] = [], files: [FileRule] = [],
        egress: [EgressRule] = [], listen: [ListenRule] = [],
        capabilities: [CapabilityRule] = [], acts: [ActRule] = []
    ) {
        self.executable = executable
        self.exec = exec
        self.files = files
        self.egress = egress
        self.listen = listen
        self.capabilities = capabilities
        self.acts = acts
    }
    public static let runtime = "<runtime>"
}

public struct ExecRule: Hashable, Sendable {
    /// A path pattern of the new image.
    public var path: String
    /// Its content is one of these; empty: whatever lies there.
    public var digests: [ContentDigest]
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    /// Why the pattern is wider than what was seen.
    public var reason: String?
    public init(
        path: String, digests: [ContentDigest] = [], phase: Phase? = nil,
        evidence: Evidence? = nil, reason: String? = nil
    ) {
        self.path = path
        self.digests = digests
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}

/// What may be done to a file.
public struct FileAccess: OptionSet, Hashable, Sendable {
    public var rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// The bits equal LL_ACCESS_* of the sensor's ABI.
    public static let read = Self(rawValue: 1)
    public static let write = Self(rawValue: 2)
    public static let map = Self(rawValue: 8)
    public static let create = Self(rawValue: 16)
    public static let delete = Self(rawValue: 32)
    public static let connect = Self(rawValue: 64)
    public static let metadata = Self(rawValue: 256)
}

public struct FileRule: Hashable, Sendable {
    /// A path pattern.
    public var path: String
    public var access: FileAccess
    /// What is mapped executable has one of these contents; empty: any. Other access is not
    /// bound by it.
    public var digests: [ContentDigest]
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    public var reason: String?
    public init(
        path: String, access: FileAccess, digests: [ContentDigest] = [], phase: Phase? = nil,
        evidence: Evidence? = nil, reason: String? = nil
    ) {
        self.path = path
        self.access = access
        self.digests = digests
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}

public enum TransportProtocol: UInt8, Sendable, CaseIterable {
    case tcp = 6
    case udp = 17
}

/// An address prefix. IPv4 is held as `::ffff:a.b.c.d` with 96 added to its length.
public struct Prefix: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64
    /// Bits that count, 0 to 128.
    public var length: Int
    public init(high: UInt64, low: UInt64, length: Int) {
        self.high = high
        self.low = low
        self.length = length
    }
}

public struct EgressRule: Hashable, Sendable {
    public var proto: TransportProtocol
    public var prefix: Prefix
    public var ports: ClosedRange<UInt16>
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    public var reason: String?
    public init(
        proto: TransportProtocol, prefix: Prefix, ports: ClosedRange<UInt16>,
        phase: Phase? = nil, evidence: Evidence? = nil, reason: String? = nil
    ) {
        self.proto = proto
        self.prefix = prefix
        self.ports = ports
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}

public struct ListenRule: Hashable, Sendable {
    public var proto: TransportProtocol
    /// The local address; a prefix of length 0 is any.
    public var prefix: Prefix
    public var ports: ClosedRange<UInt16>
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    public var reason: String?
    public init(
        proto: TransportProtocol, prefix: Prefix, ports: ClosedRange<UInt16>,
        phase: Phase? = nil, evidence: Evidence? = nil, reason: String? = nil
    ) {
        self.proto = proto
        self.prefix = prefix
        self.ports = ports
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}

public struct CapabilityRule: Hashable, Sendable {
    public var capability: Capability
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    public var reason: String?
    public init(
        capability: Capability, phase: Phase? = nil, evidence: Evidence? = nil,
        reason: String? = nil
    ) {
        self.capability = capability
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}

public struct ActRule: Hashable, Sendable {
    public var act: Act
    /// nil: in all.
    public var phase: Phase?
    public var evidence: Evidence?
    public var reason: String?
    public init(act: Act, phase: Phase? = nil, evidence: Evidence? = nil, reason: String? = nil) {
        self.act = act
        self.phase = phase
        self.evidence = evidence
        self.reason = reason
    }
}
