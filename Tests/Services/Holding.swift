import ContainerHarness
import Foundation

/// Holds a service, in a container of its own, to the profile that was learned, under another
/// load; then says how often something new came.
struct Holding {
    /// Containers, one after the other: the second is a restart.
    private static let lives = 2
    private static let turns = 2

    private let place: Place
    init(_ place: Place) { self.place = place }

    func run() throws {
        let name = place.service.name
        try place.withRecordings { folder in
            let deployment = try Deployment(place.service)
            let files = (1...Self.lives).map { "\(folder)/\(name)-held-\($0).sf" }
            var alerts: [PrintedAlert] = []
            for file in files { alerts += try hold(deployment.container, file) }
            for alert in alerts { Services.say("\(name): \(alert)") }
            Services.say("\(name): \(alerts.count) deviations")
            let rows = try Prediction(profile: place.profile).rows(of: name, heldOut: files)
            try HeldOutFile(directory: place.directory).replace(rows, of: name)
            if !alerts.isEmpty { throw HarnessError("\(alerts.count) deviations") }
        }
    }

    /// - Returns: what deviated.
    private func hold(_ container: RuncContainer, _ file: String) throws -> [PrintedAlert] {
        var watch: LoadlineProcess?
        var failure: (any Error)?
        try place.record(
            container, to: file,
            beside: {
                watch = try LoadlineProcess(
                    place.loadline,
                    [
                        "watch", "--profile", place.profile, "--container", container.id, "--mode",
                        "enforce", "--format", "json",
                    ])
                try watch?.waitFor("watching ")
            },
            {
                do {
                    for _ in 0..<Self.turns {
                        for step in place.service.heldOutLoad { try place.perform(step, container) }
                    }
                } catch { failure = error }
            })
        let status = try watch?.end()
        let alerts = try watch?.alerts() ?? []
        // What was stopped is the likelier reason of a request that failed.
        if let failure {
            Services.say("\(place.service.name): \(failure)")
            if alerts.isEmpty { throw failure }
        }
        if status != (alerts.isEmpty ? 0 : 3) { throw HarnessError(watch?.output ?? "") }
        return alerts
    }
}
