public import Baseline
import SensorABI

/// What is done about a deviation; the raw values equal LL_VERDICT_*.
public enum Verdict: UInt32, Sendable, CaseIterable {
    /// Told and let through.
    case flagged = 1
    /// The call fails with EPERM.
    case denied = 2
    /// SIGKILL before the return to user space.
    case killed = 3

    /// nil where a deviation is of no consequence: while learning, or for action 0, with which
    /// a dimension is not judged. An action of no known number is at least told.
    public init?(mode: Mode, action: UInt8) {
        guard mode != .learn, action != 0 else { return nil }
        guard mode == .enforce else {
            self = .flagged
            return
        }
        switch Int32(action) {
        case LL_ACTION_DENY, LL_ACTION_QUARANTINE: self = .denied
        case LL_ACTION_KILL: self = .killed
        default: self = .flagged
        }
    }
}
