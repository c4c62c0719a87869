public import Baseline
public import Export
internal import Kernel
internal import Sensor
internal import SensorABI
internal import SysFlow
internal import Workloads

/// Every container of the node at once: found, matched to a profile, learned or held to it.
public final class AgentSession {
    public struct Configuration: Sendable {
        public var profiles: String
        public var mode: Mode
        public var learnsUnmatched = false
        public var digests = DigestChoice.executables
        public var starts = StartPolicy.usual
        public var stateRoot = "/"
        public var node = Node.Configuration()
        /// At its end all that is pinned is removed; otherwise it goes on without an agent.
        public var releasesAtExit = false
        /// The whole process gives up what it does not need once everything is loaded.
        public var isConfined = false

        public init(profiles: String, mode: Mode) {
            self.profiles = profiles
            self.mode = mode
        }
    }

    /// How often profiles are looked at again; nanoseconds, like all times here.
    static let refreshInterval: UInt64 = 500_000_000
    /// How often what is being learned is written.
    static let saveInterval: UInt64 = 5_000_000_000
    /// How often flows are exported at least while learning: with the interval above, what an
    /// agent that is killed takes with it.
    static let learningExport: UInt64 = 4_000_000_000
    /// How often all runtimes' state is compared with what is watched.
    static let scanInterval: UInt64 = 30_000_000_000
    /// As above where something calls for it.
    static let earlyScanInterval: UInt64 = 2_000_000_000
    /// How often all runtimes' state is searched for cgroups whose path does not tell the id.
    static let listingInterval: UInt64 = 500_000_000
    /// How long one of them has to be unknown before.
    static let listingAge: UInt64 = 1_000_000_000
    /// Cgroup changes waiting to be handled; more are found by a scan.
    static let changeLimit = 4096

    public let node: Node
    let configuration: Configuration
    let directory: ContainerDirectory
    let store: ProfileStore
    var learned: LearnedProfiles
    var unknown = UnknownCgroups()
    /// Cgroups that may not be watched: said once of each.
    var refused: Set<UInt64> = []
    var needsScan = true
    var waitingStarts = WaitingStarts()
    /// Some program is stopped that waits to be let go.
    var startsWait = false
    var isHolding = false
    /// Starts that were not held, as far as they were told of.
    var startsUnheld: UInt64 = 0
    var lastListing: UInt64 = 0
    var mayLearn: Bool
    private var changes: [CgroupChange] = []
    private var lastRefresh: UInt64 = 0
    private var lastSave = Clock.boottime
    private var lastScan: UInt64 = 0
    /// Cgroup changes that did not reach the ring, at the last look.
    private var lostChanges: UInt64 = 0
    private var alertsSuppressed = 0
    private var returnsProblem: String?
    private let pins: AgentPins?
    /// Who served before, of the same pins.
    let predecessor: ll_agent?
    /// Somebody removed the pins and said so.
    var isReleased = false
    /// System calls that the agent's own filter refused, as far as they were told of.
    var refusedCalls = 0

    public var onAlert: ((Alert) -> Void)?
    public var onAlarm: ((Alarm) -> Void)?
    public var onNote: ((String) -> Void)?

    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        // Whoever serves there is not disturbed: locked first, then looked at.
        pins = try configuration.node.pins.map { try AgentPins($0) }
        var flows = configuration.node
        flows.recordsFlows = false
        if configuration.learnsUnmatched {
            flows.exportInterval = min(flows.exportInterval, Self.learningExport)
        }
        node = try Node(flows)
        predecessor = try pins?.sign(node)
        directory = ContainerDirectory(root: configuration.stateRoot)
        store = ProfileStore(
            directory: configuration.profiles, defaultMode: configuration.mode, node: node)
        learned = LearnedProfiles(folder: configuration.profiles + "/learned")
        mayLearn = configuration.learnsUnmatched
        try store.check()
    }

    /// Runs until the time is over (nil: for ever) or a stop is asked for.
    public func run(nanoseconds: UInt64?) throws {
        listen()
        let begin = Clock.boottime
        if let note = pins?.note { onNote?(note) }
        for alarm in node.sensor.alarms { onNote?("ALARM: \(alarm)") }
        if pins != nil, let why = try node.keepOwn() { onNote?(why) }
        try beginHolding()
        // Whatever happens, nobody is left stopped.
        defer { ignoring { try endHolding() } }
        try takeOver()
        try refreshIfDue()
        for directory in try node.sensor.removeEarlier() {
            onNote?("\(directory) was removed: its containers are held by this version now")
        }
        confine()
        onNote?(
            "watching every container: \(store.bound.count) profiles, mode "
                + "\(configuration.mode.rawValue) where they do not say, attach mode "
                + node.attachMode)
        while !Stop.isRequested {
            let wait = startsWait ? Self.startLook : 100
            try node.turn(milliseconds: min(wait, unknown.wait(now: Clock.boottime) ?? wait))
            node.keepEvidence()
            handleChanges()
            identifyUnknown()
            try letStartsGo()
            try refreshIfDue()
            if let nanoseconds, Clock.boottime - begin >= nanoseconds { break }
        }
        try endHolding()
        try node.finish()
        if let place = configuration.node.pins, !isReleased {
            guard configuration.releasesAtExit else { return leave() }
            for container in node.containers { release(container) }
            for layout in try place.layouts() { try place.remove(layout) }
            return
        }
        for container in node.containers { release(container) }
    }

    private func ignoring(_ body: () throws -> Void) {
        do { try body() } catch { onNote?("cannot let containers start: \(error)") }
    }

    private func listen() {
        store.onNote = { [unowned self] in self.onNote?($0) }
        node.onAlert = { [unowned self] in self.onAlert?($0) }
        node.onAlarm = { [unowned self] in self.onAlarm?($0) }
        node.onCgroup = { [unowned self] in self.note($0) }
        node.onRecord = { [unowned self] record, container in
            if self.learned.isLearning(container)
                || self.mayLearn && self.unknown.contains(container.slot)
            {
                let seen = self.learned.consume(record)
                for observation in seen { self.lookAtContent(of: observation, container) }
            }
        }
        node.onContent = { [unowned self] container, path, digest in
            self.learned.note(content: digest, of: path, in: container)
        }
    }

    private func lookAtContent(of observation: Observation, _ container: WatchedContainer) {
        guard let path = configuration.digests.path(in: observation.behaviour) else { return }
        node.lookAtContent(
            of: path, in: container,
            process: UInt32(truncatingIfNeeded: observation.process.hostPID))
    }

    private func note(_ change: CgroupChange) {
        if changes.count < Self.changeLimit {
            changes.append(change)
        } else {
            needsScan = true
        }
    }

    private func handleChanges() {
        guard !changes.isEmpty else { return }
        // Handling one takes records, which may bring more.
        let taken = changes
        changes.removeAll(keepingCapacity: true)
        for change in taken {
            if change.isMade { made(change) } else { removed(change) }
        }
    }

    // MARK: What is done now and then

    private func refreshIfDue() throws {
        let now = Clock.boottime
        guard now >= lastRefresh + Self.refreshInterval else { return }
        lastRefresh = now
        if store.refresh() { matchAll() }
        store.tell()
        try lookForLosses()
        try tellOfUnheld()
        if now >= lastScan + (needsScan ? Self.earlyScanInterval : Self.scanInterval) {
            needsScan = false
            lastScan = now
            scan()
        }
        endAbandoned()
        tellForgottenFlows()
        tellOfRefusedCalls()
        try lookAfter()
        if now >= lastSave + Self.saveInterval {
            lastSave = now
            for container in node.containers { save(container) }
        }
    }

    func matchAll() {
        mayLearn =
            configuration.learnsUnmatched || store.bound.contains { $0.mode == .learn }
        for container in node.containers where !unknown.contains(container.slot) {
            match(container)
        }
        store.removeLeaving()
        do {
            try node.removeInherited()
        } catch {
            onNote?("cannot remove a profile of the agent before: \(error)")
        }
    }

    /// A change that was lost is found by a scan; alerts that were not printed are counted aloud.
    private func lookForLosses() throws {
        if node.returnsProblem != returnsProblem {
            returnsProblem = node.returnsProblem
            if let returnsProblem { onNote?(returnsProblem) }
        }
        let lost = try node.unattributedStatistics().lostInAll
        if lost != lostChanges {
            lostChanges = lost
            needsScan = true
        }
        if node.alertsSuppressed != alertsSuppressed {
            onNote?(
                "\(node.alertsSuppressed - alertsSuppressed) alerts were not printed, being more "
                    + "than \(Node.alertsPerSecond) a second of one container")
            alertsSuppressed = node.alertsSuppressed
        }
    }

    private func save(_ container: WatchedContainer) {
        guard learned.isLearning(container) else { return }
        do {
            _ = try learned.save(container, losses: Losses(try node.statistics(container)))
        } catch {
            onNote?("cannot save what was learned of \(container.info.name): \(error)")
        }
    }
}
