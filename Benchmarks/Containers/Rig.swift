import ContainerHarness
import Foundation
import Kernel

/// Three running containers, each with the profile that was learned of it under the very loads
/// that are measured.
final class Rig {
    enum Place: CaseIterable { case loop, nginx, redis }

    struct Interrupted: Error, CustomStringConvertible { let description = "interrupted" }

    static let loopProgram = "/usr/local/bin/syscall-loop"

    let loadline: String
    let folder: String
    private let containers: [Place: RuncContainer]

    /// Makes the containers; each is learned from its first instruction.
    init(loadline: String, loop: String) throws {
        self.loadline = loadline
        folder = NSTemporaryDirectory() + "loadline-benchmark-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let program = FileManager.default.contents(atPath: loop) else {
            throw HarnessError("\(loop) cannot be read: build it, or name it with --loop")
        }
        var options = ContainerOptions()
        options.files = [
            ContainerFile(Self.loopProgram, Array(program), mode: 0o755),
            ContainerFile("/srv/benchmark/data", Array(repeating: 7, count: 1024)),
        ]
        containers = [
            .loop: RuncContainer(
                name: "loop", command: ["/bin/sleep", "infinity"], options: options),
            .nginx: try NginxService().container(),
            .redis: try RedisService().container(),
        ]
    }

    func container(_ place: Place) -> RuncContainer {
        guard let container = containers[place] else { preconditionFailure("no such container") }
        return container
    }

    func profile(_ place: Place) -> String { "\(folder)/\(place).yaml" }

    func delete() {
        for container in containers.values { container.delete() }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Starts and learns the containers of these loads.
    func learn(_ loads: [MeasuredLoad]) throws {
        for place in Place.allCases {
            say("learning \(place)")
            let container = container(place)
            try container.create()
            let learn = try LoadlineProcess(
                loadline,
                ["learn", "--container", container.id, "--name", "\(place)", "-o", profile(place)])
            try learn.waitFor("learning ")
            try container.start()
            try prepare(place, container)
            for load in loads where load.place == place { _ = try load.run(self) }
            guard try learn.stop() == 0 else {
                throw HarnessError("loadline learn failed: \(learn.output)")
            }
        }
    }

    private func prepare(_ place: Place, _ container: RuncContainer) throws {
        switch place {
        case .loop: break
        case .nginx: try container.waitUntilListening(NginxService().port)
        case .redis:
            let service = RedisService()
            try container.waitUntilListening(service.port)
            // Snapshots fork now and then and would be measured as the load.
            _ = try service.command(["CONFIG", "SET", "save", ""], in: container)
        }
    }

    /// Runs `body` while loadline enforces the container's profile and records its flows.
    /// - Throws: where anything deviated, too.
    func watching<Result>(
        _ place: Place, _ body: (LoadlineProcess) throws -> Result
    ) throws -> Result {
        try checkInterrupt()
        let trace = "\(folder)/\(place).sf"
        defer { try? FileManager.default.removeItem(atPath: trace) }
        let watch = try LoadlineProcess(
            loadline,
            [
                "watch", "--container", container(place).id, "--profile", profile(place), "--mode",
                "enforce", "--record", trace,
            ])
        try watch.waitFor("watching ")
        let result: Result
        do { result = try body(watch) } catch {
            throw HarnessError("\(error); loadline said: \(watch.output.suffix(2000))")
        }
        let status = try watch.stop()
        guard status == 0 else {
            throw HarnessError(
                "loadline watch ended with status \(status): \(watch.output.suffix(2000))")
        }
        for line in watch.output.split(separator: "\n") where line.hasPrefix("lost:") {
            say("  \(place): \(line)")
        }
        return result
    }

    func checkInterrupt() throws { if Stop.isRequested { throw Interrupted() } }
}
