internal import SensorABI

/// Ring buffer records as the BPF programs write them, made from the C structs themselves.
public struct RecordWriter: Sendable {
    public var slot: UInt32
    public var boottime: UInt64
    public var tgid: UInt32
    public var tid: UInt32
    public var start: UInt64
    public var cgroupID: UInt64

    public init(
        slot: UInt32 = 1, boottime: UInt64 = 0, tgid: UInt32 = 100, tid: UInt32? = nil,
        start: UInt64 = 1, cgroupID: UInt64 = 7
    ) {
        self.slot = slot
        self.boottime = boottime
        self.tgid = tgid
        self.tid = tid ?? tgid
        self.start = start
        self.cgroupID = cgroupID
    }

    func header(_ kind: Int32) -> ll_header {
        ll_header(
            kind: UInt16(kind), size: 0, slot: slot, boottime_ns: boottime, cgroup_id: cgroupID,
            tgid: tgid, tid: tid, start_boottime_ns: start)
    }

    /// The bytes of the struct and its data, with the size written into the header.
    public func record<T: BitwiseCopyable>(_ value: T, data: [UInt8] = []) -> [UInt8] {
        var bytes = unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
        bytes += data
        let size = UInt16(truncatingIfNeeded: bytes.count)
        bytes[2] = UInt8(truncatingIfNeeded: size)
        bytes[3] = UInt8(truncatingIfNeeded: size >> 8)
        return bytes
    }
}

/// 16 bytes of an address, as C has them.
public typealias AddressBytes = (
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8,
    UInt8, UInt8, UInt8
)

/// `::ffff:a.b.c.d`
public func mapped(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> AddressBytes {
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, a, b, c, d)
}
