/// What a trace holds, counted while it is read.
public struct TraceSummary: Sendable {
    /// Distinct containers and processes that are told apart. Beyond: only counted as records.
    public static let entityLimit = 1 << 18

    /// Records of each kind, in the order of version 5's union, then the dialect's.
    public private(set) var counts = [14 of Int](repeating: 0)
    public private(set) var headers: [Header] = []
    /// By id, as last described.
    public private(set) var containers: [String: Container] = [:]
    public private(set) var processes: Set<ProcessID> = []
    /// There were more containers or processes than `entityLimit`.
    public private(set) var isEntityCountLow = false
    /// Nanoseconds since the Unix epoch: the first begin and the last end of an event or flow.
    public private(set) var firstTime: Int64?
    public private(set) var lastTime: Int64?
    /// Loss records, added up.
    public private(set) var lost: Int64 = 0

    /// The names of the kinds in the order of `counts`.
    public static let kindNames = [
        "SFHeader", "Container", "Process", "File", "ProcessEvent", "NetworkFlow", "FileFlow",
        "FileEvent", "NetworkEvent", "ProcessFlow", "Pod", "K8sEvent", "Loss", "Verdict",
    ]

    public init() {}

    public var records: Int {
        var sum = 0
        for i in counts.indices { sum += counts[i] }
        return sum
    }

    public mutating func add(_ record: Record) {
        counts[Self.kind(of: record)] += 1
        switch record {
        case .header(let value):
            if headers.count < 64 { headers.append(value) }
        case .container(let value):
            if containers.count < Self.entityLimit || containers[value.id] != nil {
                containers[value.id] = value
            } else {
                isEntityCountLow = true
            }
        case .process(let value):
            if processes.count < Self.entityLimit || processes.contains(value.oid) {
                processes.insert(value.oid)
            } else {
                isEntityCountLow = true
            }
        case .loss(let value):
            let sum = lost.addingReportingOverflow(value.count)
            lost = sum.overflow ? .max : sum.partialValue
        default: break
        }
        if let (begin, end) = Self.span(of: record) {
            firstTime = min(firstTime ?? begin, begin)
            lastTime = max(lastTime ?? end, end)
        }
    }

    private static func kind(of record: Record) -> Int {
        switch record {
        case .header: 0
        case .container: 1
        case .process: 2
        case .file: 3
        case .processEvent: 4
        case .networkFlow: 5
        case .fileFlow: 6
        case .fileEvent: 7
        case .networkEvent: 8
        case .processFlow: 9
        case .pod: 10
        case .kubernetesEvent: 11
        case .loss: 12
        case .verdict: 13
        }
    }

    /// Of an event or flow; nil for an entity, which may be older than the trace.
    private static func span(of record: Record) -> (Int64, Int64)? {
        switch record {
        case .header, .container, .process, .file, .pod, .loss: nil
        case .processEvent(let value): (value.time, value.time)
        case .networkFlow(let value): (value.time, value.endTime)
        case .fileFlow(let value): (value.time, value.endTime)
        case .fileEvent(let value): (value.time, value.time)
        case .networkEvent(let value): (value.time, value.time)
        case .processFlow(let value): (value.time, value.endTime)
        case .kubernetesEvent(let value): (value.time, value.time)
        case .verdict(let value): (value.time, value.time)
        }
    }
}
