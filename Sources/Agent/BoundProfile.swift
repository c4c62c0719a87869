public import Baseline
internal import Decision
internal import SensorABI

/// A profile that is in the kernel, under its number there.
public struct BoundProfile: Sendable {
    public var number: UInt32
    public var profile: Profile
    public var mode: Mode
    /// Decides as the kernel does, for what only user space can resolve.
    let judge: Judge
    let contents: ContentRules

    init(number: UInt32, profile: Profile, mode: Mode, program: PolicyProgram) {
        self.number = number
        self.profile = profile
        self.mode = mode
        judge = Judge(program: program, mode: mode)
        contents = ContentRules(profile)
    }

    /// Whether gates refuse whatever deviates. What is done to files, and only flagged, is told of
    /// where system calls return.
    var isHeldByGates: Bool {
        let action = judge.program.action(dimension: UInt8(LL_DIMENSION_FILE))
        return mode == .enforce && Int32(action) != LL_ACTION_ALERT
    }
}
