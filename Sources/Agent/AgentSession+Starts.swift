internal import Kernel
internal import Sensor
internal import SensorABI
internal import Workloads

/// Containers whose first program the kernel has stopped, and how they go on.
extension AgentSession {
    /// How soon a start that waits is looked at again; milliseconds.
    static let startLook: Int32 = 3

    private var hold: StartHold { node.startHold }

    func beginHolding() throws {
        guard configuration.starts != .off else { return }
        try hold.begin(patience: configuration.starts.patience, now: Clock.boottime)
        isHolding = true
        try tellOfUnheld("while no agent ran")
    }

    /// Nobody is left waiting for an agent that is not there.
    func endHolding() throws {
        try hold.end()
        try letStartsGo()
        try hold.letAllGo()
        guard isHolding else { return }
        isHolding = false
        onNote?("\(try hold.tally().held) programs were held at their start")
    }

    /// Decides whose the stopped programs are; the kernel judges them; they go on, or end.
    func letStartsGo() throws {
        let waiting = try hold.held()
        startsWait = !waiting.isEmpty
        waitingStarts.keep(waiting.map(\.process))
        guard startsWait else { return }
        var strangers: Set<UInt32> = []
        for start in waiting where try !start.isJudged && isNobodys(start) {
            strangers.insert(start.process)
        }
        try hold.judgeDecided()
        for start in try hold.held() {
            if start.isJudged || strangers.contains(start.process) || hold.hasEnded(start) {
                try hold.letGo(start)
            } else if waitingStarts.isStuck(start.process, heldAt: start.heldAt, Clock.boottime) {
                onNote?(
                    "process \(start.process) is held at its start for more than "
                        + "\(WaitingStarts.stuckAge / 1_000_000_000) s: whose it is, is not known, or "
                        + "the kernel has no room for its identity; end it, or the agent, if it "
                        + "does not go on")
            }
        }
    }

    /// The container's start is held, or was until it was let go just now.
    func isHeld(_ container: WatchedContainer) -> Bool {
        (try? hold.held())?.contains { $0.cgroupID == container.cgroupID } ?? false
    }

    /// It is known whose the cgroup is: what starts in it is judged as it starts.
    func decide(cgroupID: UInt64) {
        waitingStarts.forget(cgroupID)
        do {
            try hold.decide(cgroupID: cgroupID)
        } catch {
            onNote?("cannot let containers start at once: \(error)")
        }
    }

    /// Starts that went by, for which nobody was bound in time.
    func tellOfUnheld(_ when: String = "since the last look") throws {
        let tally = try hold.tally()
        let unheld = tally.late &+ tally.full
        guard unheld != startsUnheld else { return }
        onNote?(
            "\(unheld &- startsUnheld) programs started without being held \(when) (\(tally.late) "
                + "as the agent was silent, \(tally.full) for want of room, in all): what they did "
                + "before their container was bound was not judged")
        startsUnheld = unheld
    }

    // MARK: Whose they are

    /// Finds out whose a stopped program is, and binds the container. Returns whether it is no
    /// container's.
    private func isNobodys(_ start: StartHold.Start) throws -> Bool {
        let known = waitingStarts.path(of: start.cgroupID)
        let now = Clock.boottime
        guard let path = known ?? node.hierarchy.path(ofID: start.cgroupID) else {
            // It has this process, so it is there: it cannot be read.
            return waitingStarts.isOver(start.process, nil, now)
        }
        if let holder = holder(of: path), !unknown.contains(holder.slot) {
            decide(cgroupID: start.cgroupID)
            decide(cgroupID: holder.cgroupID)
            // It may have come between the cgroup's entry and the search for its tasks.
            try node.adoptTasks()
            return false
        }
        let isOver = waitingStarts.isOver(start.process, path, now)
        if let info = directory.container(
            forCgroupPath: path, searchesAll: isOver || waitingStarts.mayList(start.heldAt, now)),
            let own = info.cgroupPath, CgroupHierarchy.contains(own, path)
        {
            return !bind(info, own, start)
        }
        if isOver {
            decide(cgroupID: start.cgroupID)
            note(nobodys: start, path)
        }
        return isOver
    }

    private func bind(_ info: ContainerInfo, _ path: String, _ start: StartHold.Start) -> Bool {
        var info = info
        info.awaitsStart = true
        // What else starts there meanwhile is held, too.
        defer { decide(cgroupID: start.cgroupID) }
        guard let container = watch(info, path) else { return false }
        node.identify(container, as: info)
        identified(container)
        return true
    }

    private func note(nobodys start: StartHold.Start, _ path: String) {
        let milliseconds = (Clock.boottime - start.heldAt) / 1_000_000
        guard milliseconds >= 100 else { return }
        let name = KernelFile.text("/proc/\(start.process)/comm")?.dropLast() ?? "?"
        onNote?(
            "process \(start.process) (\(name)) in \(path), which no runtime names as a container's, was let "
                + "go after \(milliseconds) ms")
    }
}
