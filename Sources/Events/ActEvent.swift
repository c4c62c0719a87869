/// An image used a capability, or committed a rare act, for the first time; or a process was told to
/// reload.
public struct ActEvent: ~Escapable {
    private let bytes: RawSpan

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        self.bytes = try bytes.record(fixed: Layout.Act.end)
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// LL_DIMENSION_CAPABILITY, LL_DIMENSION_ACT, or LL_DIMENSION_NONE: a reload.
    public var dimension: UInt32 { bytes.u32(Layout.Act.dimension) }
    /// The capability's, or LL_ACT_*; of a reload, for how many milliseconds.
    public var number: UInt32 { bytes.u32(Layout.Act.number) }
    /// Of the system call where it was seen at its return, else 0.
    public var result: Int32 { bytes.s32(Layout.Act.result) }
}
