internal import Kernel
internal import SensorABI

/// A container's counters, only ever counted up while it is watched.
public struct Statistics: Hashable, Sendable {
    /// Records by kind (`LL_KIND_*`).
    public var delivered: [UInt64]
    /// Records by cause (`LL_LOSS_*`), then kind.
    public var lost: [[UInt64]]
    /// Decisions and what followed, by dimension (`LL_DIMENSION_*`).
    public var decided: [UInt64]
    public var flagged: [UInt64]
    public var denied: [UInt64]
    public var killed: [UInt64]

    public static let causes = ["ring full", "table full", "unreadable", "too long"]

    public var lostInAll: UInt64 { lost.reduce(0) { $0 + $1.reduce(0, +) } }

    init(_ raw: ll_statistics) {
        let kinds = 16
        let words = raw.words
        delivered = Array(words[0..<kinds])
        lost = (0..<Int(LL_LOSS_COUNT)).map {
            Array(words[(kinds * (1 + $0))..<(kinds * (2 + $0))])
        }
        let dimensions = Int(LL_DIMENSION_COUNT)
        let rest = kinds * (1 + Int(LL_LOSS_COUNT))
        decided = Array(words[rest..<(rest + dimensions)])
        flagged = Array(words[(rest + dimensions)..<(rest + 2 * dimensions)])
        denied = Array(words[(rest + 2 * dimensions)..<(rest + 3 * dimensions)])
        killed = Array(words[(rest + 3 * dimensions)..<(rest + 4 * dimensions)])
    }
}
