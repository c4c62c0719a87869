import ContainerHarness
import Foundation

/// Learns a service in one container after the other, each from its first instruction to its end,
/// until nothing new is to be expected.
struct Learning {
    /// The usual threshold takes fifty minutes of a service that is never idle.
    private static let atMost: Double = 3 * 3_600
    /// Starts differ by themselves, such as in names of temporary files: three show that.
    private static let leastRounds = 3
    private static let mostRounds = 8

    private let place: Place
    /// What the chance of something new in a second has to be under; nil: what `loadline learn` takes.
    private let threshold: String?

    init(_ place: Place, threshold: String?) {
        self.place = place
        self.threshold = threshold
    }

    /// Seconds of a container's life. Those after the first are longer: ten seconds of each are a
    /// start, and no draw.
    private func length(ofRound number: Int) -> Double { number <= Self.leastRounds ? 80 : 300 }

    func run() throws {
        let name = place.service.name
        let begin = Date()
        try place.withRecordings { folder in
            let deployment = try Deployment(place.service)
            var files: [String] = []
            for round in 1... {
                let file = "\(folder)/\(name)-\(round).sf"
                try learn(deployment.container, for: length(ofRound: round), to: file)
                let losses = try place.losses(in: file)
                if losses.isEmpty {
                    files.append(file)
                } else {
                    // A profile of it would say for ever that it is partial.
                    Services.say("\(name): start \(round) is left out, lost: \(losses)")
                }
                guard files.count >= Self.leastRounds else {
                    guard round < Self.mostRounds else {
                        throw HarnessError("\(round) recordings of \(name) have losses")
                    }
                    continue
                }
                let learned = try learn(from: files)
                let seconds = Int(Date().timeIntervalSince(begin))
                Services.say(
                    "\(name): after \(seconds) s, \(files.count) starts: \(learned.stderr)")
                if learned.status == 0 { return }
                guard learned.status == 4 else { throw HarnessError(learned.stderr) }
                guard Double(seconds) < Self.atMost else {
                    throw HarnessError("\(name) did not become stable in \(Int(Self.atMost)) s")
                }
            }
        }
    }

    private func learn(_ container: RuncContainer, for seconds: Double, to file: String) throws {
        try place.record(container, to: file) {
            let end = Date(timeIntervalSinceNow: seconds)
            while Date() < end {
                for step in place.service.learningLoad { try place.perform(step, container) }
            }
        }
    }

    private func learn(from files: [String]) throws -> CommandResult {
        try Command.run(
            [place.loadline, "learn", "--from"] + files + [
                // Another machine's packages are of other versions.
                "--until-stable", "--digests", "none", "--name", place.service.name,
                "-o", place.profile,
            ] + (threshold.map { ["--threshold", $0] } ?? []), timeout: 600)
    }
}
