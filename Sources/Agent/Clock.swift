internal import Glibc

/// The clocks of the loop, in nanoseconds.
public enum Clock {
    /// Since boot, suspended time included: the sensor's clock.
    public static var boottime: UInt64 { UInt64(read(CLOCK_BOOTTIME)) }
    /// Since the Unix epoch.
    public static var realtime: Int64 { read(CLOCK_REALTIME) }
    /// What turns the first into the second.
    public static var realtimeOffset: Int64 { realtime - Int64(boottime) }

    static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
