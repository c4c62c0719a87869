internal import Baseline
internal import Events
internal import Export
internal import Flows
internal import Kernel
internal import SensorABI
internal import SysFlow
internal import Workloads

/// A container that was frozen and whose evidence is still to be kept.
struct Quarantined {
    var container: WatchedContainer
    var alert: Alert
    /// Nanoseconds since the epoch.
    var time: Int64
    /// Processes that were moved out of its cgroup, and stopped there.
    var stopped: [EvidenceManifest.Stopped]
}

extension Judged {
    /// The profile's action is to quarantine, and it is in force.
    var asksForQuarantine: Bool {
        Int32(bitPattern: action) == LL_ACTION_QUARANTINE && !isOverBudget
            && (verdict != UInt32(LL_VERDICT_FLAGGED) || isSpared)
    }
}

/// The action `quarantine`: what deviates was refused, killed or stopped by the kernel side; the
/// container is frozen here as soon as its record comes, and evidence is kept after that.
extension Node {
    func freezer(of container: WatchedContainer) -> CgroupFreezer {
        CgroupFreezer(directory: hierarchy.directory(ofPath: container.cgroupPath))
    }

    func quarantine(_ event: Judged) {
        guard let container = containersBySlot[event.header.slot], container.isAlive else { return }
        let freezer = freezer(of: container)
        // What it did before it was frozen; or it is frozen still, by whoever.
        if let since = container.quarantinedAt, event.header.boottime <= since { return }
        guard !freezer.isRequested else { return }
        let now = Clock.boottime
        container.quarantinedAt = now
        let lineage = lineage.lineage(of: event.header.process)
        let builder = AlertBuilder(
            container: container, lineage: lineage, realtimeOffset: Clock.realtimeOffset)
        guard let alert = builder.alert(event) else { return }
        do throws(KernelError) {
            try freezer.freeze()
        } catch {
            raise(alert, "could NOT be frozen: \(error)")
            return
        }
        quarantined.append(
            Quarantined(
                container: container, alert: alert, time: Int64(now) + Clock.realtimeOffset,
                stopped: stopOutside(container, freezer)))
    }

    /// Processes that were moved out of the cgroup are held to its profile all the same, and
    /// stopped with it.
    private func stopOutside(
        _ container: WatchedContainer, _ freezer: CgroupFreezer
    ) -> [EvidenceManifest.Stopped] {
        let inside = Set(freezer.processes(limit: .max))
        return assembler.runningProcesses(slot: container.slot)
            .filter { !inside.contains($0.tgid) }
            .compactMap { key in
                guard let process = ProcessHandle(id: key.tgid, start: key.start),
                    (try? process.stop()) != nil
                else { return nil }
                return EvidenceManifest.Stopped(pid: key.tgid, start: key.start)
            }
    }

    /// Keeps the evidence of what was frozen meanwhile. To be called beside `turn`.
    public func keepEvidence() {
        guard !quarantined.isEmpty else { return }
        let all = quarantined
        quarantined = []
        for one in all {
            let outcome: String
            do {
                outcome = try "evidence in \(keep(one))"
            } catch {
                outcome = "NO evidence was kept: \(error)"
            }
            raise(
                one.alert,
                "frozen; \(outcome). `loadline thaw --container \(one.container.info.id)` lets it go on"
            )
        }
    }

    private func keep(_ one: Quarantined) throws -> String {
        guard let directory = evidence else {
            throw FileProblem("no directory for it was named")
        }
        let freezer = freezer(of: one.container)
        // Each thread stops at its next return from the kernel.
        let end = Clock.boottime + Self.freezePatience
        while !freezer.isFrozen, Clock.boottime < end { Clock.sleep(milliseconds: 1) }
        let inside = freezer.processes(limit: QuarantineEvidence.Limits.processes)
        return try QuarantineEvidence(directory: directory).keep(
            one.container, one.alert, frozenAt: one.time, stopped: one.stopped,
            inside + one.stopped.map(\.pid), pause: beat)
    }

    /// How long a frozen container's last thread is waited for; nanoseconds.
    private static let freezePatience: UInt64 = 500_000_000

    private func raise(_ alert: Alert, _ message: String) {
        onAlarm?(
            Alarm(
                kind: .quarantine, time: Int64(Clock.boottime) + Clock.realtimeOffset,
                profile: alert.profile, containers: [alert.containerName], message: message))
    }
}
