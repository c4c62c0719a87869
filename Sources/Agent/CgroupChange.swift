/// A cgroup that was made or removed.
public struct CgroupChange: Sendable {
    /// The cgroup's own id: its path may be another's already when the change is handled.
    public var id: UInt64
    /// From the root of cgroup v2.
    public var path: String
    public var isMade: Bool
    /// CLOCK_BOOTTIME of the change, nanoseconds.
    public var time: UInt64
}
