internal import Baseline
public import SysFlow

extension Alert {
    /// The same for a trace; who did it stands in the entities that the trace has.
    public var record: VerdictRecord {
        VerdictRecord(
            process: ProcessID(createTime: 0, hostPID: 0), time: time, tid: 0,
            dimension: dimension.name, outcome: AlertText.words(self), access: access,
            object: object, profile: profile)
    }
}
