import ContainerHarness
import Foundation

/// Learns a service in one container after the other, each from its first instruction to its end,
/// until nothing new is to be expected.
struct Learning {
    /// What the chance of something new in a second has to be under. The usual one in a thousand
    /// takes fifty minutes of a service that is never idle.
    static let threshold = "0.02"
    static let atMost: Double = 1_200
    /// Of one container's life.
    private static let round: Double = 80
    /// Starts differ by themselves, such as in names of temporary files: three show that.
    private static let leastRounds = 3
    private static let mostRounds = 8

    private let place: Place
    init(_ place: Place) { self.place = place }

    func run() throws {
        let name = place.service.name
        let begin = Date()
        try place.withRecordings { folder in
            let deployment = try Deployment(place.service)
            var files: [String] = []
            for round in 1... {
                let file = "\(folder)/\(name)-\(round).sf"
                try learnRound(deployment.container, file)
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

    private func learnRound(_ container: RuncContainer, _ file: String) throws {
        try place.record(container, to: file) {
            let end = Date(timeIntervalSinceNow: Self.round)
            while Date() < end {
                for step in place.service.learningLoad { try place.perform(step, container) }
            }
        }
    }

    private func learn(from files: [String]) throws -> CommandResult {
        try Command.run(
            [place.loadline, "learn", "--from"] + files + [
                // Another machine's packages are of other versions.
                "--until-stable", "--threshold", Self.threshold, "--digests", "none", "--name",
                place.service.name,
                "-o", place.profile,
            ], timeout: 120)
    }
}
