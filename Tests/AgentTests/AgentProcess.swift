import Baseline
import ContainerHarness
import Foundation
import Testing

/// `loadline agent` over a directory of profiles of its own.
final class AgentProcess: Sendable {
    /// An alert, as far as tests look at it.
    struct Alert: Decodable {
        struct Container: Decodable {
            var name: String
        }
        struct Process: Decodable {
            var executable: String
        }
        var container: Container
        var profile: String
        var dimension: String
        var verdict: String
        var object: String
        var lineage: [Process]
        var restraint: String?
    }

    /// An alarm, as far as tests look at it.
    struct Alarm: Decodable {
        var alarm: String
        var profile: String
        var containers: [String]
    }

    let directory: String
    let process: LoadlineProcess

    /// - Parameters:
    ///   - profiles: by file name, those that are there from the start.
    ///   - holdsStarts: it stops whatever container starts too early on this machine, other test
    ///     runs' too, and does so for itself as long as it is the only one.
    init(
        _ arguments: [String], profiles: [String: Profile] = [:], holdsStarts: Bool = false
    ) throws {
        let arguments = holdsStarts ? arguments : arguments + ["--start-hold", "off"]
        directory = NSTemporaryDirectory() + "loadline-agent-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        for (name, profile) in profiles {
            try Data(profile.yaml.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        // A file that changed just now might be half written.
        if !profiles.isEmpty { usleep(150_000) }
        process = try LoadlineProcess(
            BuiltProgram.path(),
            ["agent", "--profiles", directory, "--format", "json", "--no-pins"] + arguments)
    }

    deinit {
        process.expectNothingRefused()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Waits until it watches: every profile that is there now was looked at.
    func waitUntilReady() throws { try process.waitFor("watching every container", timeout: 120) }

    /// What it said that is no alert.
    var notes: [String] { lines.filter { !$0.hasPrefix("{") } }

    var alerts: [Alert] {
        lines.filter { $0.hasPrefix("{") }.compactMap {
            try? JSONDecoder().decode(Alert.self, from: Data($0.utf8))
        }
    }

    var alarms: [Alarm] {
        lines.compactMap { try? JSONDecoder().decode(Alarm.self, from: Data($0.utf8)) }
    }

    func alerts(of container: RuncContainer) -> [Alert] {
        alerts.filter { $0.container.name == container.id }
    }

    private var lines: [String] { process.lines.map(String.init) }

    /// The dimensions of a container's alerts, as soon as all of `expected` are among them.
    func dimensions(
        of container: RuncContainer, including expected: Set<String>
    ) throws -> Set<String> {
        try wait("\(container.id) has alerts of \(expected)") {
            let seen = Set(self.alerts(of: container).map(\.dimension))
            return seen.isSuperset(of: expected) ? seen : nil
        }
    }

    /// Waits until it says who the container is; returns what it says.
    @discardableResult
    func waitFor(_ container: RuncContainer, times: Int = 1) throws -> String {
        try wait("it knows \(container.id)") {
            let found = self.notes.filter {
                $0.hasPrefix("container \(container.id) (") && $0.contains("): ")
            }
            return found.count >= times ? found[times - 1] : nil
        }
    }

    func waitForEnd(of container: RuncContainer, times: Int = 1) throws {
        try wait("it lets go of \(container.id)") {
            let found = self.notes.filter {
                $0.hasPrefix("container \(container.id) (") && $0.contains("not watched any more")
            }
            return found.count >= times ? true : nil
        }
    }

    /// Containers of this process that it knows and has not let go of.
    var held: Int {
        let own = notes.filter {
            $0.hasPrefix("container loadline-test-") && $0.contains("-\(getpid())-")
        }
        let ended = own.count { $0.contains("is not watched any more") }
        let known = own.count { $0.contains("): ") }
        return known - ended
    }

    /// Somebody else runs containers on this machine.
    var sawOthers: Bool {
        notes.contains { $0.hasPrefix("container ") && !$0.contains("-\(getpid())-") }
    }

    @discardableResult
    func wait<Value>(
        _ what: String, timeout: Double = 20, _ value: () throws -> Value?
    ) throws -> Value {
        let end = Date(timeIntervalSinceNow: timeout)
        while true {
            if let value = try value() { return value }
            guard Date() < end, process.isRunning else {
                throw HarnessError("waited in vain until \(what): \(process.output.suffix(4000))")
            }
            usleep(10_000)
        }
    }

    /// Writes beside the file and renames, as editors and Kubernetes do.
    func put(_ name: String, _ text: String) throws {
        let path = directory + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + ".new"))
        guard unsafe rename(path + ".new", path) == 0 else { throw HarnessError("rename \(path)") }
    }

    func put(_ name: String, _ profile: Profile) throws { try put(name, profile.yaml) }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: directory + "/" + name)
    }
}

extension LoadlineProcess {
    /// The agent's own filter has let through all that it called.
    func expectNothingRefused() {
        let refused = lines.filter {
            $0.contains("own filter refused") || $0.contains("keeps more")
        }
        if let line = refused.first { Issue.record("\(line)") }
    }
}
