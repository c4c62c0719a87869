import ContainerHarness
import Foundation

/// Holds a service, in a container of its own, to the profile that was learned, under another
/// load; then says how often something new came.
struct Holding {
    /// Containers, one after the other: the second is a restart.
    private static let lives = 2
    /// Of each, so that the ten seconds of its start are the smaller part.
    private static let leastSeconds: Double = 60
    private static let leastTurns = 2

    private let place: Place
    init(_ place: Place) { self.place = place }

    /// What became of the run, as the rows have it.
    struct Outcome {
        /// What deviated, by container.
        var alerts: [[PrintedAlert]] = []
        /// Why a container was not held to the end; empty where each was.
        var cuts: [String] = []

        var deviations: Int { alerts.reduce(0) { $0 + $1.count } }
        var isClean: Bool { deviations == 0 && cuts.isEmpty }
        var run: String { cuts.isEmpty ? Self.whole : cuts.joined(separator: "; ") }

        static let whole = "whole"
    }

    /// - Throws: `Failed` where anything deviated or a container ended early; the rows are
    ///   written all the same.
    func run() throws {
        let name = place.service.name
        try place.withRecordings { folder in
            let deployment = try Deployment(place.service)
            let files = (1...Self.lives).map { "\(folder)/\(name)-held-\($0).sf" }
            var outcome = Outcome()
            for (number, file) in files.enumerated() {
                let (alerts, failure) = try hold(deployment.container, file)
                for alert in alerts { Services.say("\(name): \(alert)") }
                outcome.alerts.append(alerts)
                if let failure {
                    Services.say("\(name): \(failure)")
                    outcome.cuts.append("container \(number + 1): \(Self.line(failure))")
                }
            }
            Services.say("\(name): \(outcome.deviations) deviations, \(outcome.run)")
            let rows = try Prediction(profile: place.profile)
                .rows(of: name, heldOut: files, outcome)
            try HeldOutFile(directory: place.directory).replace(rows, of: name)
            if !outcome.isClean { throw Failed(outcome: outcome) }
        }
    }

    struct Failed: Error, CustomStringConvertible {
        var outcome: Outcome
        var description: String { "\(outcome.deviations) deviations, \(outcome.run)" }
    }

    /// - Returns: what deviated, and what ended it early.
    private func hold(
        _ container: RuncContainer, _ file: String
    ) throws -> ([PrintedAlert], (any Error)?) {
        var watch: LoadlineProcess?
        var failure: (any Error)?
        do {
            try place.record(
                container, to: file,
                beside: {
                    watch = try LoadlineProcess(
                        place.loadline,
                        [
                            "watch", "--profile", place.profile, "--container", container.id,
                            "--mode", "enforce", "--format", "json",
                        ])
                    try watch?.waitFor("attach mode ")
                    watch?.output.split(separator: "\n").first { $0.contains("attach mode ") }
                        .map { Services.say(String($0)) }
                },
                {
                    let end = Date(timeIntervalSinceNow: Self.leastSeconds)
                    var turns = 0
                    while turns < Self.leastTurns || Date() < end {
                        turns += 1
                        for step in place.service.heldOutLoad { try place.perform(step, container) }
                    }
                })
        } catch {
            failure = error
        }
        // Without it nothing was held at all.
        guard let watch else { throw failure ?? HarnessError("loadline was not started") }
        let status = try watch.end()
        let alerts = try watch.alerts()
        if status != (alerts.isEmpty ? 0 : 3) { throw HarnessError(watch.output) }
        return (alerts, failure)
    }

    /// As a field of a line.
    private static func line(_ error: any Error) -> String {
        let line = "\(error)".prefix { !$0.isNewline }.prefix(160)
        return String(line.map { "\t|".contains($0) ? " " : $0 })
    }
}
