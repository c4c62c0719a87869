public import Baseline
internal import Decision

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
}
