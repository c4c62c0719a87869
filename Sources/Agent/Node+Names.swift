internal import Baseline
internal import Decision
internal import Enforcement
internal import Events
internal import Flows
internal import Kernel
internal import Sensor
internal import SensorABI
internal import SysFlow
internal import Workloads

/// Changes of names and attributes. What the caller wrote is resolved here, and judged where
/// nothing judged the object itself before the call took effect. io_uring's are told of when the kernel
/// takes them; so they are judged whatever comes of them.
extension Node {
    func changed(_ event: borrowing FileOperationEvent) {
        let container = containersBySlot[event.header.slot]
        let initProcess = container?.info.initPID.flatMap { UInt32(exactly: $0) }
        let hasPaths = !event.path.isEmpty
        let change =
            hasPaths ? paths.resolve(event, initProcess: initProcess) : NameChange(event)
        assembler.consume(change, counters: &counters, emit: emit)
        if let container, event.isPathAsGiven, change.isDone {
            judge(change, hasPaths: hasPaths, origin: event.origin, container)
        }
    }

    /// - Parameter hasPaths: false: they are too long for any rule, so what is asked of them deviates.
    private func judge(
        _ change: NameChange, hasPaths: Bool, origin: UInt32, _ container: WatchedContainer
    ) {
        guard let bound = container.profile, isJudgedLate(by: bound),
            let executable = executable(of: change.header)
        else { return }
        let (first, second) = access(of: change)
        for (path, access) in [(change.path, first), (change.secondPath, second)]
        where !access.isEmpty && !(hasPaths && path.isEmpty) {
            let decision = bound.judge.decide(
                Request(
                    executable: executable.span, dimension: UInt8(LL_DIMENSION_FILE),
                    object: path.span, access: access.rawValue,
                    phase: origin & LL_ORIGIN_SERVING != 0 ? .serving : .startup))
            guard decision.verdict != nil else { continue }
            var judged = Judged(
                header: change.header, dimension: UInt32(LL_DIMENSION_FILE),
                verdict: UInt32(LL_VERDICT_FLAGGED), flags: UInt32(LL_DEVIATION_LATE),
                access: decision.deviating, object: path, subject: executable)
            if decision.verdict != .flagged {
                respond(&judged, by: bound, origin: origin, container)
            }
            tell(judged)
        }
    }

    /// A gate has refused what deviates, and lets through what is only told of.
    private func isJudgedLate(by bound: BoundProfile) -> Bool {
        if !sensor.hasNameGates || bound.mode != .enforce { return true }
        let action = bound.judge.program.action(dimension: UInt8(LL_DIMENSION_FILE))
        return Int32(action) == LL_ACTION_ALERT
    }

    /// Nothing can be refused any more: what `deny` and `kill` leave to do is to end the process,
    /// as far as the profile's response lets it.
    private func respond(
        _ judged: inout Judged, by bound: BoundProfile, origin: UInt32,
        _ container: WatchedContainer
    ) {
        let action = bound.judge.program.action(dimension: UInt8(LL_DIMENSION_FILE))
        if Int32(action) == LL_ACTION_QUARANTINE {
            judged.action = UInt32(action)
            return
        }
        if bound.judge.program.spares(origin: origin) {
            judged.flags |= UInt32(LL_DEVIATION_SPARED)
            return
        }
        switch policies.takeKill(from: bound.number) {
        case .granted:
            let key = judged.header.process
            guard let process = ProcessHandle(id: key.tgid, start: key.start),
                (try? process.kill()) != nil
            else { return }
            container.killedLate += 1
            judged.verdict = UInt32(LL_VERDICT_KILLED)
        case .overBudget: judged.flags |= UInt32(LL_DEVIATION_OVER_BUDGET)
        case .monitored: return
        }
    }

    /// Whether a rename's new name was another file's before is not known afterwards, but where
    /// the two have changed places.
    private func access(of change: NameChange) -> (first: FileAccess, second: FileAccess) {
        if change.operation == LL_OPERATION_OPEN {
            return (FileAccess(opening: OpenFlags(linux: change.argument)), [])
        }
        var (first, second) = FileAccess.asked(
            by: Operations(rawValue: Int32(bitPattern: change.operation)))
        guard change.operation == LL_OPERATION_RENAME else { return (first, second) }
        let (exchange, whiteout): (UInt32, UInt32) = (2, 4)
        if change.argument & (exchange | whiteout) != 0 { first.insert(.create) }
        if change.argument & exchange == 0 { second.remove(.delete) }
        return (first, second)
    }

    /// nil: not known, as its exec was lost and it has ended.
    private func executable(of header: EventHeader) -> [UInt8]? {
        if let known = lineage.executable(of: header.process), !known.isEmpty {
            return Array(known.utf8)
        }
        guard let now = Files.executable(ofProcess: header.tgid),
            Processes.lives(header.process)
        else { return nil }
        return now
    }
}
