public import Baseline
internal import Sensor
internal import SensorABI
public import SysFlow

/// What the sensor could not deliver, as the baseline counts it.
public struct Losses: Hashable, Sendable {
    /// Records lost, by the dimension whose behaviours they would have shown.
    public var byDimension: [Dimension: Int] = [:]
    /// For people: `12 file open records: ring full`.
    public var lines: [String] = []

    private struct Part: Hashable {
        var kind: String
        var cause: String
        var count: Int64
    }

    /// The same for a trace.
    private var parts: [Part] = []

    public var isEmpty: Bool { lines.isEmpty }

    /// Records for a trace of a container, up to now.
    public func records(of container: WatchedContainer) -> [Loss] {
        let now = Clock.realtime
        return parts.map {
            Loss(
                time: now, containerID: container.recordID, kind: $0.kind, cause: $0.cause,
                count: $0.count)
        }
    }

    init(_ statistics: Statistics) {
        for (cause, kinds) in statistics.lost.enumerated() {
            for (kind, count) in kinds.enumerated() where count > 0 {
                let name = Self.name(ofKind: Int32(kind))
                for dimension in Dimension.shown(byRecordsOf: name) {
                    byDimension[dimension, default: 0] += Int(clamping: count)
                }
                parts.append(
                    Part(
                        kind: name, cause: Statistics.causes[cause], count: Int64(clamping: count)))
                lines.append("\(count) \(name) records: " + Statistics.causes[cause])
            }
        }
    }

    private static func name(ofKind kind: Int32) -> String {
        switch kind {
        case LL_KIND_FORK: "fork"
        case LL_KIND_EXEC: "exec"
        case LL_KIND_EXIT: "exit"
        case LL_KIND_PROCESS: "process"
        case LL_KIND_CREDENTIALS: "credentials"
        case LL_KIND_NAMESPACE: "namespace"
        case LL_KIND_FILE_OPEN: "file open"
        case LL_KIND_FILE_OPERATION: "file operation"
        case LL_KIND_FILE_END: "file end"
        case LL_KIND_SOCKET_OPEN: "socket open"
        case LL_KIND_SOCKET_END: "socket end"
        case LL_KIND_SOCKET_EVENT: "socket event"
        case LL_KIND_VERDICT: "verdict"
        case LL_KIND_ACT: "act"
        default: "other"
        }
    }
}
