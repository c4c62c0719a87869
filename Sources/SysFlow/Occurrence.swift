/// An event or flow, whatever its kind, with the places of the entities that it cites. It holds
/// numbers only; all text is in `EntityTables`, as is the newest event of Kubernetes, verdict or loss.
public struct Occurrence: Sendable {
    public enum Kind: UInt8, CaseIterable, Sendable {
        case processEvent, fileEvent, networkEvent, fileFlow, networkFlow, processFlow
        case kubernetesEvent
        /// Only in the dialect `loadline`.
        case verdict, loss

        /// The public tools' short name: PE, FE, NE, FF, NF, PF, KE; then V and L.
        public var code: String {
            switch self {
            case .processEvent: "PE"
            case .fileEvent: "FE"
            case .networkEvent: "NE"
            case .fileFlow: "FF"
            case .networkFlow: "NF"
            case .processFlow: "PF"
            case .kubernetesEvent: "KE"
            case .verdict: "V"
            case .loss: "L"
            }
        }
    }

    /// Where an entity stands in its table of `EntityTables`.
    public struct Place: Hashable, Sendable {
        public var slot: Int32
        /// Of the entity as it stands there now; no other entity has it, whatever its table.
        public var version: UInt64
        public init(slot: Int32, version: UInt64) {
            self.slot = slot
            self.version = version
        }
    }

    public struct Endpoints: Hashable, Sendable {
        public var source: IPAddress
        public var sourcePort: UInt16
        public var destination: IPAddress
        public var destinationPort: UInt16
        /// IPPROTO_*.
        public var proto: Int32
    }

    /// What a ProcessFlow counts.
    public struct Threads: Hashable, Sendable {
        public var cloned: Int64
        public var exited: Int64
        public var errors: Int64
    }

    public var kind: Kind
    /// Nanoseconds since the epoch.
    public var time: Int64
    /// Flows only.
    public var endTime: Int64?
    public var tid: Int64?
    public var operations: Operations?
    /// Events only: what the call returned.
    public var result: Int32?
    public var fd: Int32?
    public var openFlags: OpenFlags?
    public var endpoints: Endpoints?
    public var volume: Volume?
    public var threads: Threads?

    /// In `EntityTables.processes`.
    public var process: Place?
    /// In `EntityTables.processes`.
    public var parent: Place?
    /// In `EntityTables.containers`.
    public var container: Place?
    /// In `EntityTables.pods`.
    public var pod: Place?
    /// In `EntityTables.files`.
    public var file: Place?
    /// In `EntityTables.files`: the second file of a link, symlink or rename.
    public var newFile: Place?

    /// One that says nothing, to be filled by `EntityTables.join`.
    public init() { self.init(.processEvent, time: 0) }

    init(_ kind: Kind, time: Int64, operations: Operations? = nil) {
        self.kind = kind
        self.time = time
        self.operations = operations
    }
}
