import Agent
import ArgumentParser
import Baseline
import Workloads

struct StabilityOptions: ParsableArguments {
    @Flag(
        name: .customLong("until-stable"),
        help: "Learn until nothing new is to be expected in any dimension.")
    var isAsked = false

    @Option(
        help: ArgumentHelp(
            "What the chance of something new has to be under, 0 to 1.", valueName: "share"))
    var threshold = Completeness.usualThreshold

    @Option(
        help: ArgumentHelp("With --until-stable: no longer than this.", valueName: "time"))
    var atMost = Duration(argument: "2h")!

    func validate() throws {
        guard threshold > 0, threshold < 1 else {
            throw ValidationError("--threshold wants a number between 0 and 1, such as 0.001")
        }
    }

    /// Says how complete a profile is.
    /// - Throws: status 4 where it is asked to be complete and is not.
    func judge(_ completeness: Completeness) throws {
        CompletenessText(completeness).lines.forEach { Terminal.note($0) }
        if isAsked, !completeness.isComplete { throw ExitCode(Self.notComplete) }
    }

    static let notComplete: Int32 = 4
}

/// Looks now and then whether learning has come to rest.
struct StabilityWatch {
    struct Stable: Error {}

    /// Seconds from one look to the next; nanoseconds.
    static let interval: UInt64 = 5_000_000_000

    let threshold: Double
    private var next: UInt64

    init(threshold: Double) {
        self.threshold = threshold
        next = Clock.boottime + Self.interval
    }

    /// - Returns: how complete it is now, losses counted; nil where it is not time to look.
    mutating func look(
        _ learning: Learning, _ container: WatchedContainer, _ session: Session
    ) throws -> Completeness? {
        let now = Clock.boottime
        guard now >= next else { return nil }
        next = now + Self.interval
        var upToNow = learning
        upToNow.note(try session.losses(), of: container.info.id)
        return upToNow.learner.behaviours(of: container.info.id)?
            .completeness(threshold: threshold)
    }
}
