internal import SensorABI

/// A cgroup was made or removed, or a task moved into it. `header.cgroupID` is that cgroup.
public struct CgroupEvent: ~Escapable {
    private let bytes: RawSpan
    private let end: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        let record = try bytes.record(fixed: Layout.Cgroup.end)
        end =
            try Layout.Cgroup.end
            + record.length(at: Layout.Cgroup.pathLength, limit: Int(LL_PATH_MAX))
        try record.requireData(endingAt: end)
        self.bytes = record
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// LL_CGROUP_MADE, LL_CGROUP_REMOVED, LL_CGROUP_TASK_JOINED or LL_CGROUP_START_HELD.
    public var operation: UInt32 { bytes.u32(Layout.Cgroup.operation) }
    /// 0 for the root.
    public var level: UInt32 { bytes.u32(Layout.Cgroup.level) }
    /// From the root of the hierarchy.
    public var path: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(Layout.Cgroup.end..<end) }
    }
}
