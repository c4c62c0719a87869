public import Kernel
public import SensorABI

/// The kernel side's hold on starts: cgroups that wait for a decision, processes that were stopped
/// before their first instruction. The kernel stops; whoever owns this decides and lets go.
///
/// Not safe for use from several threads.
public final class StartHold {
    /// A stopped process.
    public struct Start: Sendable {
        public var process: UInt32
        /// The pending cgroup that it runs in or below.
        public var cgroupID: UInt64
        /// CLOCK_BOOTTIME of the process' beginning and of its stop, nanoseconds.
        public var begin: UInt64
        public var heldAt: UInt64
        public var isJudged: Bool
        /// It is to be killed: its program is not allowed.
        public var isRefused: Bool
        /// It is allowed by its path, and stays stopped until its content was looked at.
        public var awaitsContent: Bool
    }

    private let settings: BPFMap
    private let counts: BPFMap
    private let pending: BPFMap
    private let starts: BPFMap
    private let judge: BPFLink
    private var current = ll_hold_settings()
    private var guardian: Helper?

    static let judgeProgram = "on_judge_starts"

    /// - Parameter judge: the link of `judgeProgram`.
    init(_ object: BPFObject, judge: BPFLink) throws(KernelError) {
        settings = try object.map("hold_settings")
        counts = try object.map("hold_counts")
        pending = try object.map("pending_cgroups")
        starts = try object.map("held_starts")
        self.judge = judge
    }

    /// Begins to hold.
    /// - Parameter patience: nanoseconds without a `beat` after which nothing is held; nil: for
    ///   ever.
    public func begin(patience: UInt64?, now: UInt64) throws(KernelError) {
        current = ll_hold_settings(
            beat_boottime_ns: now, patience_ns: patience ?? .max, is_on: 1, reserved0: 0)
        // Finds out which mount namespace is the host's.
        try judge.runIterator()
        if let patience {
            guardian = try Helper(
                [StartGuard.command, "--patience", "\(patience / 1_000_000)"],
                maps: [settings, starts])
        }
        try settings.set(UInt32(0), to: current)
    }

    /// Says that whoever lets go is alive. Nothing while starts are not held.
    public func beat(now: UInt64) throws(KernelError) {
        guard current.is_on == 1 else { return }
        current.beat_boottime_ns = now
        try settings.set(UInt32(0), to: current)
    }

    /// No start is held from now on; those that are stay so until they are let go.
    public func end() throws(KernelError) {
        current.is_on = 0
        try settings.set(UInt32(0), to: current)
    }

    /// What came of all starts so far.
    public func tally() throws(KernelError) -> ll_hold_counts {
        try counts.value(at: UInt32(0), as: ll_hold_counts.self) ?? ll_hold_counts()
    }

    /// It is decided whose the cgroup is.
    public func decide(cgroupID: UInt64) throws(KernelError) { try pending.delete(cgroupID) }

    /// Those that are stopped now. One call into the kernel where there are none.
    public func held() throws(KernelError) -> [Start] { try Self.held(starts) }

    private static func held(_ starts: BPFMap) throws(KernelError) -> [Start] {
        var found: [Start] = []
        for process in try starts.keys(of: UInt32.self) {
            guard let start = try starts.value(at: process, as: ll_held_start.self),
                start.state != UInt32(LL_START_STOPPING)
            else { continue }
            found.append(Start(process, start))
        }
        return found
    }

    /// Has the kernel judge those whose container is decided, with an alert for what deviates.
    public func judgeDecided() throws(KernelError) { try judge.runIterator() }

    /// A runtime is at work in a cgroup that was made before this, or when there was no room: its
    /// programs are held, too, until `decide`. Nothing while starts are not held, or where there is
    /// still no room: it is held from its binding on.
    public func await(cgroupID: UInt64) throws(KernelError) {
        guard current.is_on == 1 else { return }
        // Something may have been started since that was read.
        _ = try pending.add(cgroupID, UInt32(LL_PENDING_STARTED))
    }

    /// Somebody else has ended it while it was stopped.
    public func hasEnded(_ start: Start) -> Bool {
        ProcessHandle.hasEnded(start.process, start: start.begin)
    }

    /// Lets it run, or ends it where its program was refused. One of which nothing can be known, as
    /// there is no descriptor left, stays for another time.
    public func letGo(_ start: Start) throws(KernelError) { try Self.letGo(start, starts) }

    private static func letGo(_ start: Start, _ starts: BPFMap) throws(KernelError) {
        guard let process = ProcessHandle(id: start.process, start: start.begin) else {
            if ProcessHandle.hasEnded(start.process, start: start.begin) {
                try starts.delete(start.process)
            }
            return
        }
        // Forgotten first: once it runs it may execute something else and be held anew.
        try starts.delete(start.process)
        if start.isRefused {
            try process.kill()
        } else if !start.awaitsContent {
            try process.goOn()
        }
    }

    /// Lets everything run that is stopped, judged or not, and needs no guard any more: for the end
    /// of holding. Whoever cannot be let go is left to the guard.
    public func letAllGo() throws(KernelError) {
        try Self.letAllGo(starts)
        guard try held().isEmpty else { return }
        guardian?.dismiss()
        guardian = nil
    }

    /// The same from the map alone, `held_starts`: for whoever finds it pinned.
    /// Returns how many there were.
    @discardableResult
    public static func letAllGo(_ starts: BPFMap) throws(KernelError) -> Int {
        let all = try held(starts)
        var problem: KernelError?
        for start in all {
            do throws(KernelError) { try letGo(start, starts) } catch { problem = error }
        }
        if let problem { throw problem }
        return all.count
    }
}

extension StartHold.Start {
    init(_ process: UInt32, _ start: ll_held_start) {
        self.process = process
        cgroupID = start.cgroup_id
        begin = start.start_boottime_ns
        heldAt = start.held_boottime_ns
        isJudged = start.state == UInt32(LL_START_JUDGED)
        isRefused = isJudged && start.verdict == UInt32(LL_VERDICT_KILLED)
        awaitsContent = isJudged && start.is_content_held != 0
    }
}
