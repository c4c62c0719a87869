public import Baseline
internal import Decision
internal import Enforcement
internal import Events
internal import Export
internal import Kernel
internal import Sensor
internal import SensorABI
internal import Workloads

/// What a content was found to be, against what the profile names.
struct ContentFinding {
    var expected: [ContentDigest]
    /// nil: it could not be told.
    var found: ContentDigest?
}

/// Contents of programs and libraries: judged where a profile binds them, learned where it is
/// being learned.
extension Node {
    /// Files of profiles that are looked at beforehand in one turn of the loop.
    static let aheadPerTurn = 64
    /// One path is looked at so often while it is learned.
    static let contentInterval: UInt64 = 1_000_000_000
    static let findingLimit = 4096
    /// Paths whose last look is remembered.
    static let learnedPathLimit = 65_536
    /// How long the end waits for files that are being hashed.
    static let contentEnd: UInt64 = 10_000_000_000

    struct ContentPlace: Hashable {
        var slot: UInt32
        var path: [UInt8]
    }

    /// What the loop keeps of contents, beside their keeper.
    struct ContentNotes {
        /// What was found where, for alerts that the kernel itself gives.
        var findings: [ContentPlace: ContentFinding] = [:]
        /// Boot time of the last look at what is learned.
        var learned: [ContentPlace: UInt64] = [:]
        /// Containers whose profile's files are still to be looked at.
        var ahead: [UInt32: [ContentRules.Place]] = [:]
    }

    // MARK: Learning

    /// Hashes what lies at a path of a container, to tell `onContent`. At most once a second for
    /// one path.
    public func lookAtContent(of path: PathBytes, in container: WatchedContainer, process: UInt32) {
        let place = ContentPlace(slot: container.slot, path: path.bytes)
        let now = Clock.boottime
        if let last = contentNotes.learned[place], now < last + Self.contentInterval { return }
        if contentNotes.learned.count >= Self.learnedPathLimit { contentNotes.learned = [:] }
        contentNotes.learned[place] = now
        let root = paths.root(slot: container.slot, processes: [process, initProcess(container)])
        let isThere = root.flatMap { root in
            try? contents.look(
                at: path.bytes, below: root,
                { _ in .learned(slot: container.slot, path: path.bytes) })
        }
        if isThere != true { onContent?(container, path, nil) }
    }

    // MARK: Beforehand

    /// What the profile of a container names is looked at before the kernel asks.
    func lookAhead(_ container: WatchedContainer) {
        contentNotes.ahead[container.slot] = nil
        guard let bound = container.profile, bound.mode != .learn, !bound.contents.isEmpty,
            container.startedAt != nil || !container.info.awaitsStart
        else { return }
        contentNotes.ahead[container.slot] = bound.contents.places.reversed()
    }

    private func goOnAhead() throws(KernelError) {
        var left = Self.aheadPerTurn
        for (slot, var places) in contentNotes.ahead {
            guard let container = containersBySlot[slot], let bound = container.profile,
                let generation = policies.generation(of: bound.number),
                let root = paths.root(slot: slot, processes: [initProcess(container)])
            else {
                contentNotes.ahead[slot] = nil
                continue
            }
            while left > 0, let place = places.popLast() {
                left -= 1
                try contents.look(
                    at: place.path.bytes, below: root,
                    { .ahead(slot: slot, path: place.path.bytes, version: $0) },
                    generation: generation, access: place.use.access)
            }
            contentNotes.ahead[slot] = places.isEmpty ? nil : places
        }
    }

    // MARK: Judging

    /// Answers what is known, and lets go or ends who waits for it.
    func lookAtContents() throws(KernelError) {
        try contents.turn()
        try goOnAhead()
        for answer in contents.takeAnswers() {
            switch answer.purpose {
            case .learned(let slot, let path):
                guard let container = containersBySlot[slot] else { continue }
                onContent?(container, PathBytes(path), answer.digest)
            case .ahead(let slot, let path, let version):
                let use = ContentRules.Use(access: version.access)
                try note(answer, slot, ContentRules.Place(path: PathBytes(path), use: use))
            case .held(let held): try judge(held, answer)
            }
        }
    }

    /// Tells the kernel what was found. Returns whether the profile allows it.
    @discardableResult
    private func note(
        _ answer: ContentKeeper.Answer, _ slot: UInt32, _ place: ContentRules.Place
    ) throws(KernelError) -> Bool {
        guard let bound = containersBySlot[slot]?.profile else { return true }
        let expected = bound.contents.digests(at: place)
        // The profile was changed since, and names none any more.
        if expected.isEmpty { return true }
        let isGood = answer.digest.map { expected.contains($0) } ?? false
        if !isGood {
            if contentNotes.findings.count >= Self.findingLimit { contentNotes.findings = [:] }
            contentNotes.findings[ContentPlace(slot: slot, path: place.path.bytes)] =
                ContentFinding(expected: expected.sorted(), found: answer.digest)
        }
        if let version = answer.version, answer.digest != nil, answer.isSettled,
            version.policyGeneration == policies.generation(of: bound.number)
        {
            try contents.table.note(version, isGood: isGood)
        }
        return isGood
    }

    private func judge(
        _ held: ContentTable.Held, _ answer: ContentKeeper.Answer
    ) throws(KernelError) {
        let place = ContentRules.Place(
            path: PathBytes(held.path), use: ContentRules.Use(access: held.version.access))
        let isGood = try note(answer, held.slot, place)
        let process = ProcessHandle(id: held.process, start: held.begin)
        let response = isGood ? .goOn : respond(held, answer, isThere: process != nil)
        // Killed first: what is forgotten may be told to go on by others of its container. Who goes on
        // is forgotten before: it may execute something else at once, and be held anew.
        if response == .kill { try process?.kill() }
        try contents.forget(held)
        switch response {
        case .kill: return
        case .goOn where held.isStopped: try process?.goOn()
        case .goOn, .stay: return
        }
    }

    /// What becomes of the process that was held.
    private enum ContentResponse { case goOn, kill, stay }

    /// Tells of a content that is another than the profile's. Where the process was stopped,
    /// nothing of the content has run.
    private func respond(
        _ held: ContentTable.Held, _ answer: ContentKeeper.Answer, isThere: Bool
    ) -> ContentResponse {
        guard let container = containersBySlot[held.slot], let bound = container.profile else {
            return .goOn
        }
        // One that was not stopped has ended or runs another program by now: nothing was seen.
        if !held.isStopped, answer.digest == nil {
            contentsUnseen += 1
            return .goOn
        }
        let dimension = UInt32(held.fd == nil ? LL_DIMENSION_EXEC : LL_DIMENSION_FILE)
        let header = EventHeader(
            kind: UInt16(LL_KIND_VERDICT), slot: held.slot, boottime: Clock.boottime,
            cgroupID: held.cgroupID, tgid: held.process, tid: held.thread, start: held.begin)
        var judged = Judged(
            header: header, dimension: dimension, verdict: UInt32(LL_VERDICT_FLAGGED),
            flags: UInt32(LL_DEVIATION_CONTENT), access: held.version.access, object: held.path,
            subject: subject(of: held))
        if answer.digest == nil { judged.flags |= UInt32(LL_DEVIATION_UNVERIFIED) }
        if held.isStopped, isThere {
            decideKill(&judged, by: bound, origin: held.origin)
        }
        let isKilled = judged.verdict == UInt32(LL_VERDICT_KILLED)
        if isKilled { container.killedLate += 1 }
        tell(judged)
        return isKilled ? .kill : judged.isStopped ? .stay : .goOn
    }

    /// As the kernel does where a call cannot be refused: who may not be killed goes on, or stays
    /// stopped until its container is frozen.
    private func decideKill(_ judged: inout Judged, by bound: BoundProfile, origin: UInt32) {
        let action = bound.judge.program.action(dimension: UInt8(judged.dimension))
        guard bound.mode == .enforce, Int32(action) != LL_ACTION_ALERT else { return }
        judged.action = UInt32(action)
        let isSpared = bound.judge.program.spares(origin: origin)
        if isSpared { judged.flags |= UInt32(LL_DEVIATION_SPARED) }
        if isSpared, Int32(action) != LL_ACTION_QUARANTINE { return }
        switch policies.takeKill(from: bound.number) {
        case .granted where isSpared: judged.flags |= UInt32(LL_DEVIATION_STOPPED)
        case .granted: judged.verdict = UInt32(LL_VERDICT_KILLED)
        case .overBudget: judged.flags |= UInt32(LL_DEVIATION_OVER_BUDGET)
        case .monitored: return
        }
    }

    /// Who asked: of an exec, whatever ran before it, as far as that is known.
    private func subject(of held: ContentTable.Held) -> [UInt8] {
        let lines = lineage.lineage(of: ProcessKey(tgid: held.process, start: held.begin))
        let line = held.fd == nil ? lines.dropFirst().first : lines.first
        return Array((line?.executable ?? "").utf8)
    }

    func finding(_ slot: UInt32, _ path: [UInt8]) -> ContentFinding? {
        contentNotes.findings[ContentPlace(slot: slot, path: path)]
    }

    /// Nobody waits any more once it returns: who is not answered in time counts as changed.
    func endContents() throws(KernelError) {
        try contents.table.end()
        let end = Clock.boottime + Self.contentEnd
        repeat {
            try lookAtContents()
            if contents.isBusy { Clock.sleep(milliseconds: 2) }
        } while contents.isBusy && Clock.boottime < end
        for held in try contents.table.held() {
            try judge(held, ContentKeeper.Answer(purpose: .held(held)))
        }
    }

    private func initProcess(_ container: WatchedContainer) -> UInt32? {
        container.info.initPID.flatMap { UInt32(exactly: $0) }
    }

    func forgetContents(slot: UInt32) {
        contentNotes.ahead[slot] = nil
        contentNotes.findings = contentNotes.findings.filter { $0.key.slot != slot }
        contentNotes.learned = contentNotes.learned.filter { $0.key.slot != slot }
    }
}

extension ContentRules.Use {
    /// LL_ACCESS_*
    var access: UInt32 { self == .execute ? LL_ACCESS_EXECUTE : LL_ACCESS_MAP }
    init(access: UInt32) { self = access == LL_ACCESS_EXECUTE ? .execute : .map }
}
