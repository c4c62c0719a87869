// The published names of enums' values.

extension ObjectState {
    /// CREATED, MODIFIED or REUP.
    public var symbol: String {
        switch self {
        case .created: "CREATED"
        case .modified: "MODIFIED"
        case .reup: "REUP"
        }
    }
}

extension ContainerType {
    /// CT_DOCKER and so on.
    public var symbol: String { SchemaV5.containerTypes[Int(rawValue)] }
}

extension KubernetesEvent {
    /// K8S_PODS and so on; nil for a number that the schema does not know.
    public var kindSymbol: String? {
        let symbols = SchemaV5.kubernetesComponents
        return symbols.indices.contains(Int(kind)) ? symbols[Int(kind)] : nil
    }

    /// K8S_COMPONENT_ADDED and so on; nil for a number that the schema does not know.
    public var actionSymbol: String? {
        let symbols = SchemaV5.kubernetesActions
        return symbols.indices.contains(Int(action)) ? symbols[Int(action)] : nil
    }
}

extension File {
    /// `resourceType` as text; empty where it is no character.
    public var typeText: String {
        UInt32(exactly: resourceType).flatMap(Unicode.Scalar.init).map { String($0) } ?? ""
    }
}

extension IPAddress {
    /// An address as Pod records have it: like those of flows, an in_addr read as a little-endian
    /// number; only its lower four bytes count.
    public init(podAddress: Int64) {
        self.init(v4: UInt32(truncatingIfNeeded: podAddress).byteSwapped)
    }
}

extension Occurrence.Endpoints {
    /// `source:port-destination:port`, IPv6 addresses in brackets.
    public var text: String {
        Self.text(source) + ":\(sourcePort)-" + Self.text(destination) + ":\(destinationPort)"
    }

    private static func text(_ address: IPAddress) -> String {
        address.v4 == nil ? "[\(address)]" : "\(address)"
    }
}

extension Process {
    /// Whether it is the container's first; nil where the trace's schema does not say.
    public var statedEntry: Bool? { entry }
}
