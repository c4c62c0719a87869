internal import Kernel
internal import Sensor

/// The return of system calls is seen only while somebody needs it: where gates can refuse, a node
/// that only enforces pays nothing for a call that no gate is asked about.
extension Node {
    /// How long nobody must have needed it: containers come and go. Nanoseconds.
    private static let patience: UInt64 = 2_000_000_000

    /// Before a container is watched that is to be seen whole.
    func seeReturnsIfNeeded(for container: WatchedContainer) {
        if needsReturns(container) { seeReturns() }
    }

    /// Where it cannot be, containers are held all the same, and it is tried again.
    func seeReturns() {
        do {
            try sensor.seeReturns(true)
            returnsProblem = nil
        } catch {
            returnsProblem =
                "cannot look at the return of system calls, so what is only flagged or learned is "
                + "seen in part: \(error)"
        }
    }

    func lookAtReturns(_ now: UInt64) {
        if !sensor.canDoWithoutReturns || containers.contains(where: needsReturns) {
            returnsIdleSince = nil
            return seeReturns()
        }
        let since = returnsIdleSince ?? now
        returnsIdleSince = since
        // Nobody knows yet what those are held to that an agent before this one left.
        guard now - since >= Self.patience, !containers.contains(where: { $0.inherited != nil })
        else { return }
        try? sensor.seeReturns(false)
    }

    private func needsReturns(_ container: WatchedContainer) -> Bool {
        if recordsFlows || container.isRecorded { return true }
        guard let bound = container.profile else { return false }
        return !bound.isHeldByGates || openBreakers.contains(bound.number)
    }
}
