/// What every record of the ring buffer begins with. Times are nanoseconds of CLOCK_BOOTTIME.
public struct EventHeader: Hashable, Sendable {
    /// LL_KIND_*
    public var kind: UInt16
    /// Bytes of the whole record.
    public var size: UInt16
    /// The container's slot.
    public var slot: UInt32
    public var boottime: UInt64
    /// The container's own cgroup, not a nested one.
    public var cgroupID: UInt64
    public var tgid: UInt32
    public var tid: UInt32
    /// When the leader of the thread group started.
    public var start: UInt64

    /// For what is found in user space and told like a record.
    public init(
        kind: UInt16, slot: UInt32, boottime: UInt64, cgroupID: UInt64, tgid: UInt32, tid: UInt32,
        start: UInt64
    ) {
        self.init(
            kind: kind, size: 0, slot: slot, boottime: boottime, cgroupID: cgroupID, tgid: tgid,
            tid: tid, start: start)
    }

    init(
        kind: UInt16, size: UInt16, slot: UInt32, boottime: UInt64, cgroupID: UInt64, tgid: UInt32,
        tid: UInt32, start: UInt64
    ) {
        self.kind = kind
        self.size = size
        self.slot = slot
        self.boottime = boottime
        self.cgroupID = cgroupID
        self.tgid = tgid
        self.tid = tid
        self.start = start
    }

    /// The process that the record is about.
    public var process: ProcessKey { ProcessKey(tgid: tgid, start: start) }
}

/// A process for as long as the machine runs: ids are reused, ids with their start are not.
public struct ProcessKey: Hashable, Sendable {
    /// The thread group, in the host's pid namespace.
    public var tgid: UInt32
    /// Nanoseconds of CLOCK_BOOTTIME.
    public var start: UInt64

    public init(tgid: UInt32, start: UInt64) {
        self.tgid = tgid
        self.start = start
    }
}

extension EventHeader {
    /// `bytes` holds at least `Layout.Header.end` bytes.
    init(bytes: RawSpan) {
        self.init(
            kind: bytes.u16(Layout.Header.kind), size: bytes.u16(Layout.Header.size),
            slot: bytes.u32(Layout.Header.slot), boottime: bytes.u64(Layout.Header.boottime),
            cgroupID: bytes.u64(Layout.Header.cgroupID), tgid: bytes.u32(Layout.Header.tgid),
            tid: bytes.u32(Layout.Header.tid), start: bytes.u64(Layout.Header.start))
    }
}
