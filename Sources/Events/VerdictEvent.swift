internal import SensorABI

/// A deviation from the profile and what the kernel did about it.
public struct VerdictEvent: ~Escapable {
    private let bytes: RawSpan
    private let subjectStart: Int
    private let end: Int

    @_lifetime(copy bytes)
    init(bytes: RawSpan) throws(DecodeError) {
        let record = try bytes.record(fixed: Layout.Verdict.end)
        subjectStart =
            try Layout.Verdict.end
            + record.length(at: Layout.Verdict.objectLength, limit: Int(LL_PATH_MAX))
        end =
            try subjectStart
            + record.length(at: Layout.Verdict.subjectLength, limit: Int(LL_PATH_MAX))
        try record.requireData(endingAt: end)
        self.bytes = record
    }

    public var header: EventHeader { EventHeader(bytes: bytes) }
    /// LL_DIMENSION_*
    public var dimension: UInt32 { bytes.u32(Layout.Verdict.dimension) }
    /// LL_VERDICT_*
    public var verdict: UInt32 { bytes.u32(Layout.Verdict.verdict) }
    /// LL_ACCESS_* that were asked for and that the profile does not allow.
    public var access: UInt32 { bytes.u32(Layout.Verdict.access) }
    /// The profile's LL_ACTION_* for the dimension.
    public var action: UInt32 { bytes.u32(Layout.Verdict.action) }
    public var profile: UInt32 { bytes.u32(Layout.Verdict.profile) }
    public var policyGeneration: UInt32 { bytes.u32(Layout.Verdict.policyGeneration) }
    /// LL_DEVIATION_*
    public var flags: UInt32 { bytes.u32(Layout.Verdict.flags) }
    /// False: the profile has no rules for this executable.
    public var isSubjectKnown: Bool { flags & UInt32(LL_DEVIATION_SUBJECT_KNOWN) != 0 }
    /// Not killed, as the profile does not name who it was.
    public var isSpared: Bool { flags & UInt32(LL_DEVIATION_SPARED) != 0 }
    /// Let pass, as the profile's breaker opened on it.
    public var isOverBudget: Bool { flags & UInt32(LL_DEVIATION_OVER_BUDGET) != 0 }
    /// What was judged had taken effect.
    public var isLate: Bool { flags & UInt32(LL_DEVIATION_LATE) != 0 }
    /// As it was decided: a path for exec and file, a `struct ll_endpoint` for egress and listen.
    public var object: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(Layout.Verdict.end..<subjectStart) }
    }
    /// The path of the executable that asked; for exec, the one before it.
    public var subject: RawSpan {
        @_lifetime(copy self) get { bytes.extracting(subjectStart..<end) }
    }
}
