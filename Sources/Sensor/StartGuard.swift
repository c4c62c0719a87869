public import Kernel
internal import SensorABI

/// A process beside the one that holds starts: where that one dies, it lets them go in its place,
/// so that nobody stays stopped for want of an agent.
public enum StartGuard {
    public static let command = "guard-starts"

    /// In the guard: returns how many it let go.
    /// - Parameter wait: called once the other has died, for as long as a new one may need to take
    ///   the stopped ones over.
    public static func run(
        patience: UInt64, now: () -> UInt64, wait: () -> Void
    ) throws(KernelError) -> Int {
        guard Helper.waitForEnd() else { return 0 }
        wait()
        let settings = BPFMap(
            inherited: 3, name: "hold_settings", key: UInt32.self, value: ll_hold_settings.self)
        let starts = BPFMap(
            inherited: 4, name: "held_starts", key: UInt32.self, value: ll_held_start.self)
        // Somebody else has the same maps now, and lets go himself.
        let beat = try settings.value(at: UInt32(0), as: ll_hold_settings.self)?.beat_boottime_ns
        if let beat, now() < beat &+ patience { return 0 }
        return try StartHold.letAllGo(starts)
    }
}
