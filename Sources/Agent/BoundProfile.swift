public import Baseline

/// A profile that is in the kernel, under its number there.
public struct BoundProfile: Sendable {
    public var number: UInt32
    public var profile: Profile
    public var mode: Mode
}
