public import Baseline
internal import Sensor
internal import SensorABI

/// What the sensor could not deliver, as the baseline counts it.
public struct Losses: Hashable, Sendable {
    /// Records lost, by the dimension whose behaviours they would have shown.
    public var byDimension: [Dimension: Int] = [:]
    /// For people: `12 file open records: ring full`.
    public var lines: [String] = []

    public var isEmpty: Bool { lines.isEmpty }

    init(_ statistics: Statistics) {
        for (cause, kinds) in statistics.lost.enumerated() {
            for (kind, count) in kinds.enumerated() where count > 0 {
                for dimension in Self.dimensions(ofKind: Int32(kind)) {
                    byDimension[dimension, default: 0] += Int(clamping: count)
                }
                lines.append(
                    "\(count) \(Self.name(ofKind: Int32(kind))) records: "
                        + Statistics.causes[cause])
            }
        }
    }

    private static func dimensions(ofKind kind: Int32) -> [Dimension] {
        switch kind {
        case LL_KIND_FORK, LL_KIND_EXEC, LL_KIND_EXIT, LL_KIND_PROCESS: [.exec]
        case LL_KIND_FILE_OPEN, LL_KIND_FILE_OPERATION, LL_KIND_FILE_END: [.file]
        case LL_KIND_SOCKET_OPEN, LL_KIND_SOCKET_END, LL_KIND_SOCKET_EVENT: [.egress, .listen]
        default: []
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
        default: "other"
        }
    }
}
