internal import Baseline
internal import Enforcement
internal import Events
internal import Kernel
internal import SensorABI

/// Looks at the contents of programs and libraries: those that the kernel asks about, those that a
/// profile names before they are asked about, and those that are being learned. It hashes beside
/// the loop, and remembers what one version of a file holds.
///
/// Not safe for use from several threads.
final class ContentKeeper {
    /// What is done once a file's content is known.
    enum Purpose {
        /// The kernel has asked.
        case held(ContentTable.Held)
        /// The profile names it, and the kernel may ask.
        case ahead(slot: UInt32, path: [UInt8], version: ContentVersion)
        case learned(slot: UInt32, path: [UInt8])
    }

    private struct Job {
        var purpose: Purpose
        var file: ContentFile
        var before: ContentVersion
        var tries: Int
        var notBefore: UInt64
    }

    /// What came of it. A digest of nil: it could not be read, or was changed all the while.
    struct Answer {
        var purpose: Purpose
        var version: ContentVersion?
        var digest: ContentDigest?
        /// Another write in the clock's same tick would leave the version as it is.
        var isSettled = true
    }

    /// How often a file that changes under the hash is begun anew.
    static let tries = 5
    /// Versions remembered; at the limit it begins anew.
    static let versionLimit = 16_384
    /// Older kernels' ctime moves once in a tick of theirs, of at most 10 ms.
    static let tick: Int64 = 20_000_000

    let table: ContentTable
    private let urgent = HashWorker()
    private let usual = HashWorker()
    private var digests: [ContentVersion: ContentDigest] = [:]
    private var jobs: [Int: Job] = [:]
    private var waiting: [Int] = []
    private var nextID = 0
    /// Threads that are being looked at, by when they were held.
    private var looking: [UInt32: UInt64] = [:]
    private(set) var answers: [Answer] = []

    init(_ object: BPFObject) throws(KernelError) { table = try ContentTable(object) }

    var isBusy: Bool { !jobs.isEmpty || !waiting.isEmpty || !answers.isEmpty }
    var awaitsHeld: Bool { !looking.isEmpty }

    func takeAnswers() -> [Answer] {
        defer { answers = [] }
        return answers
    }

    /// Takes what is hashed, and begins with what the kernel asks about.
    func turn() throws(KernelError) {
        for result in urgent.take() + usual.take() { try finish(result) }
        let now = Clock.boottime
        let due = waiting
        waiting = []
        for id in due { submit(id, now) }
        for held in try table.held() where looking[held.thread] != held.heldAt {
            looking[held.thread] = held.heldAt
            try look(at: held)
        }
    }

    /// It was let go or ended.
    func forget(_ held: ContentTable.Held) throws(KernelError) {
        looking[held.thread] = nil
        try table.forget(thread: held.thread)
    }

    /// - Returns: whether there is such a file.
    @discardableResult
    func look(
        at path: [UInt8], below root: ForeignRoot, _ purpose: (ContentVersion) -> Purpose,
        generation: UInt32 = 0, access: UInt32 = 0
    ) throws(KernelError) -> Bool {
        guard let file = ContentFile.at(path, below: root) else { return false }
        let seen = try table.identify(
            file, at: path, generation: generation, access: access)
        begin(purpose(seen.version), file, seen)
        return true
    }

    private func look(at held: ContentTable.Held) throws(KernelError) {
        let file =
            held.fd.map { ContentFile.descriptor($0, ofProcess: held.thread) }
            ?? ContentFile.executable(ofProcess: held.process)
        guard let file else {
            answers.append(Answer(purpose: .held(held)))
            return
        }
        let seen = try table.identify(
            file, at: held.path, generation: held.version.policyGeneration,
            access: held.version.access)
        // Another thread may have put another file under the number.
        guard seen.version.isSameFile(as: held.version) else {
            answers.append(Answer(purpose: .held(held)))
            return
        }
        begin(.held(held), file, seen)
    }

    /// Who has it open for writing may change pages that he has mapped without a new ctime: what
    /// is read of it then says nothing of its version.
    private func begin(_ purpose: Purpose, _ file: ContentFile, _ seen: ContentTable.Seen) {
        let version = seen.version
        guard seen.writers == 0 else {
            answers.append(Answer(purpose: purpose))
            return
        }
        if let known = digests[version.file] {
            answers.append(Answer(purpose: purpose, version: version, digest: known))
            return
        }
        nextID += 1
        jobs[nextID] = Job(
            purpose: purpose, file: file, before: version, tries: Self.tries, notBefore: 0)
        submit(nextID, Clock.boottime)
    }

    private func submit(_ id: Int, _ now: UInt64) {
        guard let job = jobs[id] else { return }
        let isUrgent = if case .held = job.purpose { true } else { false }
        guard now >= job.notBefore, (isUrgent ? urgent : usual).submit(id, job.file) else {
            waiting.append(id)
            return
        }
    }

    private func finish(_ result: HashWorker.Result) throws(KernelError) {
        guard var job = jobs[result.id] else { return }
        let before = job.before
        let seen = try table.identify(
            job.file, at: [], generation: before.policyGeneration, access: before.access)
        var after = seen.version
        after.pathHash = before.pathHash
        let digest = result.digest.flatMap { ContentDigest(bytes: $0) }
        let isUnwritten = seen.writers == 0
        if isUnwritten, after != before, digest != nil, job.tries > 1 {
            job.before = after
            job.tries -= 1
            job.notBefore = Clock.boottime + 1_000_000
            jobs[result.id] = job
            waiting.append(result.id)
            return
        }
        jobs[result.id] = nil
        guard let digest, isUnwritten, after == before else {
            answers.append(Answer(purpose: job.purpose))
            return
        }
        let isSettled = Clock.realtime - after.changed > Self.tick
        if isSettled {
            if digests.count >= Self.versionLimit { digests = [:] }
            digests[after.file] = digest
        }
        answers.append(
            Answer(
                purpose: job.purpose, version: after, digest: digest, isSettled: isSettled))
    }
}
