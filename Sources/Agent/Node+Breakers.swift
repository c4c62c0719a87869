internal import Baseline
internal import Enforcement
internal import Export
internal import Kernel
internal import Workloads

extension Node {
    /// Tells of each breaker that opened. Asked of the profiles themselves, since the record of
    /// the deviation that opened it may be lost in the flood of them.
    func lookAtBreakers() throws(KernelError) {
        var names: [UInt32: (profile: BoundProfile, containers: [String])] = [:]
        for container in containers {
            guard let bound = container.profile, bound.mode == .enforce,
                bound.profile.response.breaker != nil
            else { continue }
            names[bound.number, default: (bound, [])].containers.append(container.info.name)
        }
        openBreakers.formIntersection(names.keys)
        for (number, entry) in names.sorted(by: { $0.key < $1.key }) {
            guard try policies.isTripped(number) else {
                openBreakers.remove(number)
                continue
            }
            guard openBreakers.insert(number).inserted else { continue }
            onAlarm?(alarm(entry.profile.profile, entry.containers))
        }
    }

    private func alarm(_ profile: Profile, _ containers: [String]) -> Alarm {
        Alarm(
            kind: .breaker, time: Int64(Clock.boottime) + Clock.realtimeOffset,
            profile: profile.name, containers: containers,
            message: "the breaker opened: more than \(profile.response.breaker ?? 0) refusals and "
                + "kills in a minute. Deviations are ONLY FLAGGED until the profile is loaded "
                + "again: mend or touch its file")
    }
}
