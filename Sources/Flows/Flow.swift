internal import Events
internal import SensorABI
internal import SysFlow

/// A live flow: something a process does over time.
struct Flow {
    var object: Object
    var process: Int32
    var slot: UInt32
    var tid: UInt32
    /// CLOCK_BOOTTIME. When the period began that is exported next.
    var periodStart: UInt64
    var lastActive: UInt64
    /// The counters when it was last exported. Their `firstBoottime` says of which entry; 0
    /// where none was read yet.
    var exported = FlowCounters(processStart: 0, firstBoottime: 0, lastBoottime: 0)
    /// LL_OPERATION_* seen and not yet exported.
    var operations: UInt32
    /// LL_OPERATION_* that were exported and are not derived from counters.
    var reported: UInt32 = 0

    enum Object {
        case file(FileFlowKey, file: Int32, fd: Int32, openFlags: OpenFlags)
        case socket(SocketFlowKey, Endpoints, fd: Int32)
        case threads(made: Int64, ended: Int64)
    }

    static let vacant = Flow(
        object: .threads(made: 0, ended: 0), process: -1, slot: 0, tid: 0, periodStart: 0,
        lastActive: 0, operations: 0)
}

/// The two sides of a connection.
struct Endpoints {
    var source: IPAddress
    var sourcePort: UInt16
    var destination: IPAddress
    var destinationPort: UInt16
}

/// What a flow did since it was last exported.
struct Period {
    var volume = Volume()
    var operations: UInt32 = 0
    var isEmpty: Bool { operations == 0 }
}

extension Flow {
    /// Operations that are told from how often they were counted.
    private static let counted =
        LL_OPERATION_OPEN | LL_OPERATION_READ_RECEIVE | LL_OPERATION_WRITE_SEND

    /// Ends a period with the kernel's counters now, if there are any, and begins the next.
    /// `restarted` counts entries that are not the one that was exported before.
    mutating func endPeriod(_ counters: FlowCounters?, restarted: inout Int) -> Period {
        var period = Period(operations: operations)
        operations = 0
        if let counters {
            if exported.firstBoottime != 0, exported.firstBoottime != counters.firstBoottime {
                exported = FlowCounters(processStart: 0, firstBoottime: 0, lastBoottime: 0)
                restarted += 1
            }
            lastActive = max(lastActive, counters.lastBoottime)
            period.add(counters, since: exported)
            period.operations |= counters.operations & ~(reported | Self.counted)
            exported = counters
        }
        reported |= period.operations & ~Self.counted
        return period
    }
}

extension Period {
    mutating func add(_ counters: FlowCounters, since before: FlowCounters) {
        let reads = counters.reads.subtractingSaturated(before.reads)
        let writes = counters.writes.subtractingSaturated(before.writes)
        volume.readOperations = Int64(clamping: reads)
        volume.writeOperations = Int64(clamping: writes)
        volume.readBytes = Int64(
            clamping: counters.readBytes.subtractingSaturated(before.readBytes))
        volume.writeBytes = Int64(
            clamping: counters.writeBytes.subtractingSaturated(before.writeBytes))
        if counters.opens > before.opens { operations |= LL_OPERATION_OPEN }
        if reads > 0 { operations |= LL_OPERATION_READ_RECEIVE }
        if writes > 0 { operations |= LL_OPERATION_WRITE_SEND }
    }
}

/// Why a flow is exported.
enum Cut {
    /// It goes on.
    case continues
    /// It is over.
    case closed
    /// It may go on, but it is no longer followed.
    case dropped

    var operations: UInt32 {
        switch self {
        case .continues: 0
        case .closed: LL_OPERATION_CLOSE
        case .dropped: LL_OPERATION_TRUNCATE
        }
    }
}
