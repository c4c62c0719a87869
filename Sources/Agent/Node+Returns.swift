internal import Kernel
internal import Sensor

/// The return of system calls is seen only while somebody needs it: where gates can refuse, a node
/// that only enforces pays nothing for a call that no gate is asked about.
extension Node {
    /// How long nobody must have needed it: containers come and go. Nanoseconds.
    private static let patience: UInt64 = 2_000_000_000

    /// Before a container is watched that is to be seen whole.
    func seeReturnsIfNeeded(for container: WatchedContainer) throws(KernelError) {
        if needsReturns(container) { try sensor.seeReturns(true) }
    }

    func lookAtReturns(_ now: UInt64) throws(KernelError) {
        // Nobody knows yet what those are held to.
        guard !containers.contains(where: { $0.inherited != nil }) else { return }
        if !sensor.canDoWithoutReturns || containers.contains(where: needsReturns) {
            returnsIdleSince = nil
            return try sensor.seeReturns(true)
        }
        let since = returnsIdleSince ?? now
        returnsIdleSince = since
        if now - since >= Self.patience { try sensor.seeReturns(false) }
    }

    /// What is asked of the kernel for what it does not refuse by itself.
    public var seesReturns: Bool { sensor.seesReturns }

    private func needsReturns(_ container: WatchedContainer) -> Bool {
        if recordsFlows || container.isRecorded { return true }
        guard let bound = container.profile else { return false }
        return !bound.isHeldByGates || openBreakers.contains(bound.number)
    }
}
