public import SysFlow

/// One thing that an attacker would gain by, and how much.
public struct SensitiveObject: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
        /// A path pattern; any of this access counts.
        case path(PathPattern, FileAccess)
        /// A path pattern of a program that is started.
        case program(PathPattern)
        case capability(Capability)
        case act(Act)
        case destination(Prefix, ports: ClosedRange<UInt16>)
    }

    public var target: Target
    /// 1 to 10.
    public var weight: Int
    public var reason: String
    /// Never learned without this class being allowed.
    public var neverLearned: String?

    public static let weights = 1...10

    public init(target: Target, weight: Int, reason: String, neverLearned: String? = nil) {
        self.target = target
        self.weight = weight
        self.reason = reason
        self.neverLearned = neverLearned
    }

    /// As reviews name it: `/etc/shadow`, `CAP_SYS_ADMIN`, `169.254.169.254`.
    public var text: String {
        switch target {
        case .path(let pattern, let access):
            access == .any
                ? pattern.text : "\(access.words.joined(separator: ", ")) \(pattern.text)"
        case .program(let pattern): "exec \(pattern.text)"
        case .capability(let capability): capability.name
        case .act(let act): act.name
        case .destination(let prefix, let ports):
            ports == 0...UInt16.max
                ? prefix.text : "\(prefix.text) port \(PortText.text(ports))"
        }
    }
}

/// What is never learned without being allowed by name.
public struct NeverLearnedClass: Hashable, Sendable {
    public var name: String
    public var reason: String

    /// The one class that no object of the list makes: it depends on what the container wrote.
    public static let writtenCode = "written-code"

    public init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}

extension FileAccess {
    /// Every access there is.
    public static let any = FileAccess(names.map(\.value))
    /// Access by which a file's content may become another.
    static let changing: FileAccess = [.write, .create, .delete]
}

extension Prefix {
    /// Whether some address is in both.
    public func overlaps(_ other: Prefix) -> Bool {
        length <= other.length ? contains(other.address) : other.contains(address)
    }
}

extension PathPattern {
    /// Whether it matches one path only.
    var isLiteral: Bool {
        elements.allSatisfy { if case .byte = $0 { true } else { false } }
    }
}
