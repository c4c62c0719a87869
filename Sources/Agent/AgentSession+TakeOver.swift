internal import Kernel
internal import Sensor
internal import SensorABI
internal import Workloads

/// Going on where an agent before this one was stopped, killed or replaced. At no instant is a
/// container without the profile that it was held to.
extension AgentSession {
    /// Rebuilds from the kernel's maps what the agent before knew: containers first, then their
    /// profiles, then the records that waited.
    func takeOver() throws {
        guard node.isTakenOver else { return }
        let begin = Clock.boottime
        let held = try node.heldContainers()
        adopt(held)
        _ = store.refresh()
        matchAll()
        store.tell()
        try node.resume()
        let milliseconds = (Clock.boottime - begin) / 1_000_000
        onNote?(
            "took over \(held.count) containers after \(since(begin)) without an agent, in "
                + "\(milliseconds) ms")
    }

    /// Says, once it is known, what the records lack.
    func tellForgottenFlows() {
        guard let count = node.flowsForgotten else { return }
        node.flowsForgotten = nil
        onNote?(
            "the records of the time without an agent are taken; \(count) flows begin anew: what "
                + "they moved since they were last exported is not recorded")
    }

    private func since(_ now: UInt64) -> String {
        guard let before = predecessor, before.since_boottime_ns > 0 else { return "a time" }
        return "a time (the agent before, process \(before.pid), began "
            + "\((now - min(now, before.since_boottime_ns)) / 1_000_000_000) s ago)"
    }

    private func adopt(_ held: [HeldContainer]) {
        guard !held.isEmpty else { return }
        let paths = node.hierarchy.paths(ofIDs: Set(held.map(\.cgroupID)))
        let listing = directory.scan()
        for container in held {
            let path = paths[container.cgroupID]
            let found = path.flatMap { path in
                listing.containers.first { $0.cgroupPath == path }
            }
            do {
                try adopt(container, path, found)
            } catch {
                onNote?("cannot go on with \(path ?? "a container"): \(error)")
                try? node.refuse(container)
            }
        }
    }

    private func adopt(_ held: HeldContainer, _ path: String?, _ found: ContainerInfo?) throws {
        let id =
            path.flatMap { CgroupPathShape.candidates($0).first?.containerID }
            ?? "cgroup-\(held.cgroupID)"
        // Read by itself it has its pod's labels too.
        let info =
            found.flatMap { directory.scan(id: $0.id).containers.first ?? $0 }
            ?? ContainerInfo(id: id, name: id, runtime: .runc)
        let container = try node.adopt(held, info, cgroupPath: path)
        // One without a cgroup is told apart by the scan; of the others the runtime may know later.
        if found == nil, path != nil { unknown.add(container.slot, now: Clock.boottime) }
    }

    /// Whether a container keeps the profile that it was held to before, as the one that is meant
    /// for it may be among files that cannot be read now.
    func keepsInherited(_ container: WatchedContainer) -> Bool {
        container.inherited.map { $0.profile != 0 } == true && store.hasUnread
    }

    /// What others did to pins and maps is told and mended.
    func lookAfter() throws {
        guard let pins = configuration.node.pins else { return }
        if try node.sensor.noted().released != 0 {
            guard !isReleased else { return }
            isReleased = true
            onNote?(
                "\(pins.root) was released by `loadline release --force`: from now on everything "
                    + "ends with this process")
            return
        }
        for note in try node.lookAfter() { onNote?("ALARM: \(note)") }
    }

    /// At the end of a pinned agent: containers stay held, what was learned is saved.
    func leave() {
        for container in node.containers {
            do {
                let losses = Losses(try node.statistics(container))
                _ = try learned.end(container, losses: losses, goesOn: true)
            } catch {
                onNote?("cannot save what was learned of \(container.info.name): \(error)")
            }
        }
        let held = node.containers.count { $0.profile != nil || $0.inherited?.profile ?? 0 != 0 }
        onNote?(
            "\(held) containers stay held to their profiles without an agent; the next one takes "
                + "them over, `loadline release` frees them")
    }
}
