internal import Glibc
internal import Sensor

/// Starts that an agent held when it died.
public enum LeftStarts {
    /// In the process beside the agent: waits for the agent's death, then lets them go, where no
    /// new agent has within the patience. Returns how many.
    /// - Parameter patience: nanoseconds.
    public static func letGo(patience: UInt64) throws -> Int {
        try StartGuard.run(
            patience: patience, now: { Clock.boottime },
            wait: { sleep(UInt32(clamping: (patience + 999_999_999) / 1_000_000_000)) })
    }
}
