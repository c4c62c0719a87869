public import Kernel
internal import SensorABI

/// The return of system calls, which every call of the node pays for while something hangs there.
extension Sensor {
    static let returnProgram = "on_system_call"

    /// Whether the gates alone hold a container to its profile, so that nothing has to hang there
    /// for those that are neither recorded nor only told of.
    public var canDoWithoutReturns: Bool { attachMode.gatesAreWhole }

    /// Whether something hangs there now.
    public var seesReturns: Bool { returnLink != nil }

    /// Begins to look at the return of system calls, or ends it. Nothing goes by in between: gates
    /// lean on it only while it is there.
    public func seeReturns(_ wanted: Bool) throws(KernelError) {
        guard wanted != seesReturns else { return }
        if wanted {
            returnLink = try hang(Self.returnProgram)
            try note(seesReturns: true)
        } else {
            try note(seesReturns: false)
            try pinned?.takeAway(Self.returnProgram)
            returnLink = nil
        }
    }

    private func hang(_ program: String) throws(KernelError) -> BPFLink {
        if let pinned { return try pinned.putBack(program) }
        return try object.attach(program)
    }

    /// What the gates were told by whoever was here before.
    static func returnsWereSeen(_ object: BPFObject) throws(KernelError) -> Bool {
        try object.map("returns").value(at: UInt32(0), as: ll_returns.self)?.is_seen == 1
    }

    /// What was resolved before counts no more: nobody counted renames meanwhile.
    func note(seesReturns: Bool) throws(KernelError) {
        let map = try object.map("returns")
        var now = try map.value(at: UInt32(0), as: ll_returns.self) ?? ll_returns()
        now.is_seen = seesReturns ? 1 : 0
        if seesReturns { now.period &+= 1 }
        try map.set(UInt32(0), to: now)
    }
}
