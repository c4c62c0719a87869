internal import Baseline
internal import Sensor
internal import Workloads

/// Containers as they come and go. What fails for one is noted, and the others go on.
extension AgentSession {
    /// A new cgroup is watched at once, so that nothing of its start is missed; who it is, is
    /// found out beside that.
    func made(_ change: CgroupChange) {
        // It is gone already, or its path is another's: that one's change comes too.
        guard let id = try? node.hierarchy.id(ofPath: change.path), id == change.id else { return }
        if let holder = holder(of: change.path), !unknown.contains(holder.slot) {
            return decide(cgroupID: change.id)
        }
        waitingStarts.note(change.id, path: change.path)
        guard
            let shape = CgroupPathShape.candidates(change.path).first(where: {
                $0.path == change.path
            })
        else {
            needsScan = true
            return
        }
        let found = state(of: shape.containerID, at: change.path)
        var info =
            found
            ?? ContainerInfo(
                id: shape.containerID, name: shape.containerID, runtime: shape.runtime ?? .runc)
        info.awaitsStart = true
        guard let container = watch(info, change.path) else { return }
        container.madeAt = change.time
        if found == nil {
            unknown.add(container.slot, now: Clock.boottime)
        } else {
            identified(container)
        }
    }

    func removed(_ change: CgroupChange) {
        refused.remove(change.id)
        decide(cgroupID: change.id)
        guard let container = node.container(cgroupID: change.id) else { return }
        abandon(container)
    }

    /// The container's own state, read only where there is some.
    private func state(of id: String, at path: String) -> ContainerInfo? {
        guard directory.hasState(ofID: id) else { return nil }
        return directory.container(forCgroupPath: path, searchesAll: false)
    }

    /// The watched container whose cgroup holds the path, the nearest if there are several.
    func holder(of path: String) -> WatchedContainer? {
        node.containers.filter { $0.isAlive && CgroupHierarchy.contains($0.cgroupPath, path) }
            .max { $0.cgroupPath.utf8.count < $1.cgroupPath.utf8.count }
    }

    func watch(_ info: ContainerInfo, _ path: String) -> WatchedContainer? {
        do {
            return try node.watch(info, cgroupPath: path, isRecorded: mayLearn)
        } catch {
            if isToBeTold(path) {
                onNote?("cannot watch the cgroup \(path) of \(info.name): \(error)")
            }
            return nil
        }
    }

    /// Each refused cgroup is spoken of once, one that is gone meanwhile not at all.
    private func isToBeTold(_ path: String) -> Bool {
        do throws(CgroupError) {
            return refused.insert(try node.hierarchy.id(ofPath: path)).inserted
        } catch {
            if case .absent = error { return false }
            return true
        }
    }

    // MARK: Who they are

    /// Looks again for the state of containers that are being made.
    func identifyUnknown() {
        guard !unknown.isEmpty else { return }
        let now = Clock.boottime
        let due = unknown.takeDue(now: now)
        guard !due.isEmpty else { return }
        let listing = listingIfDue(now)
        for container in node.containers where due.contains(container.slot) {
            let path = container.cgroupPath
            // The listing names a container for the cgroups inside its own too.
            let listed = listing?.container(forCgroupPath: path).flatMap {
                $0.cgroupPath == path ? $0 : nil
            }
            if let info = state(of: container.info.id, at: path) ?? listed {
                node.identify(container, as: info)
                identified(container)
            } else if unknown.isOver(container.slot, now: now) {
                // One that was held before stays so, whoever it is.
                if container.inherited?.profile ?? 0 != 0 {
                    unknown.remove(container.slot)
                } else {
                    release(container)
                }
            }
        }
    }

    /// The state of all containers that are not watched, which tells cgroups with chosen names.
    /// Reading it takes a while, so it waits until the path's shape is not likely to tell the id.
    private func listingIfDue(_ now: UInt64) -> ContainerListing? {
        guard now >= lastListing + Self.listingInterval,
            unknown.hasOlder(than: Self.listingAge, now: now)
        else { return nil }
        lastListing = now
        return directory.scan(except: knownIDs)
    }

    /// Containers whose state needs not be read again.
    private var knownIDs: Set<String> {
        Set(node.containers.filter { !unknown.contains($0.slot) && $0.isAlive }.map(\.info.id))
    }

    func identified(_ container: WatchedContainer) {
        unknown.remove(container.slot)
        match(container)
        decide(cgroupID: container.cgroupID)
        let profile = container.profile.map { "profile \($0.profile.name), \($0.mode.rawValue)" }
        let what = profile ?? (learned.isLearning(container) ? "learning" : "no profile")
        onNote?("container \(name(container)): \(what)\(delay(container))")
        // What was made inside it meanwhile is a part of it.
        for inner in node.containers
        where inner.slot != container.slot && unknown.contains(inner.slot)
            && CgroupHierarchy.contains(container.cgroupPath, inner.cgroupPath)
        {
            release(inner)
        }
    }

    private func delay(_ container: WatchedContainer) -> String {
        let now = Clock.boottime
        guard let made = container.madeAt, now >= made else { return "" }
        var text = "; \(milliseconds(now - made)) ms after its cgroup was made"
        if let started = container.startedAt, now > started {
            text += ", \(milliseconds(now - started)) ms after it started: "
            text +=
                isHeld(container)
                ? "it was held meanwhile" : "what it did before was not judged"
        }
        return text
    }

    private func milliseconds(_ nanoseconds: UInt64) -> Double {
        (Double(nanoseconds) / 1e5).rounded() / 10
    }

    private func name(_ container: WatchedContainer) -> String {
        "\(container.info.name) (\(container.info.id.prefix(12)))"
    }

    /// Chooses the container's profile, of those that are in force now.
    func match(_ container: WatchedContainer) {
        let info = container.info
        let bound = store.bound
        let chosen = Profile.choose(
            from: bound.map(\.profile), image: info.image, containerName: info.name,
            labels: info.labels)
        let match = chosen.flatMap { chosen in bound.first { $0.profile == chosen } }
        if match == nil, keepsInherited(container) { return }
        do {
            if container.profile?.number != match?.number || container.inherited != nil {
                try node.bind(container, to: match)
            }
            let learns = match.map { $0.mode == .learn } ?? configuration.learnsUnmatched
            container.isRecorded = learns && !info.isPodSandbox
            node.seeReturnsIfNeeded(for: container)
            if learns, !info.isPodSandbox {
                if let problem = learned.begin(container) { onNote?(problem) }
            } else {
                _ = try learned.end(container, losses: Losses(try node.statistics(container)))
            }
        } catch {
            onNote?("cannot hold \(name(container)) to its profile: \(error)")
        }
    }

    // MARK: All of them

    /// Compares what is watched with what the runtimes' state names, both ways.
    func scan() {
        for container in node.containers where container.isAlive {
            let id = try? node.hierarchy.id(ofPath: container.cgroupPath)
            if id != container.cgroupID { abandon(container) }
        }
        for found in directory.scan(except: knownIDs).containers {
            // Read by itself it has its pod's labels too.
            let info = directory.scan(id: found.id).containers.first ?? found
            guard let path = info.cgroupPath, info.initPID != nil else { continue }
            if let holder = holder(of: path), !unknown.contains(holder.slot) { continue }
            guard let container = watch(info, path) else { continue }
            node.identify(container, as: info)
            identified(container)
        }
    }

    // MARK: Their ends

    /// The container's cgroup is gone. Processes that were moved out of it before keep its identity
    /// and its profile as long as they live.
    private func abandon(_ container: WatchedContainer) {
        guard !node.isResuming else {
            needsScan = true
            return
        }
        container.isAlive = false
        let count = node.livingProcesses(of: container)
        if count == 0 { return release(container) }
        onNote?(
            "container \(name(container)) is gone, but \(count) of its processes live on outside of "
                + "its cgroup: they are held to its profile until they end")
    }

    /// Releases what `abandon` kept for processes that have ended since.
    func endAbandoned() {
        for container in node.containers
        where !container.isAlive && node.livingProcesses(of: container) == 0 {
            release(container)
        }
    }

    /// Ends watching; what was learned is saved.
    func release(_ container: WatchedContainer) {
        let wasUnknown = unknown.contains(container.slot)
        let goesOn = container.isAlive
        unknown.remove(container.slot)
        decide(cgroupID: container.cgroupID)
        do {
            try node.unwatch(container)
            let statistics = try node.statistics(container)
            let losses = Losses(statistics)
            _ = try learned.end(container, losses: losses, goesOn: goesOn)
            if wasUnknown {
                // Its tasks may lie in a container that is watched.
                try node.adoptTasks()
            } else {
                onNote?(
                    "container \(name(container)) is not watched any more: \(summary(statistics, losses))"
                )
            }
        } catch {
            onNote?("cannot end watching \(name(container)): \(error)")
        }
    }

    private func summary(_ statistics: Statistics, _ losses: Losses) -> String {
        let sum = { (values: [UInt64]) in values.reduce(0, +) }
        let lost = losses.lines.map { "; lost \($0)" }.joined()
        return "\(sum(statistics.decided)) decisions, \(sum(statistics.flagged)) flagged, "
            + "\(sum(statistics.denied)) denied, \(sum(statistics.killed)) killed\(lost)"
    }
}
