import Baseline
import ContainerHarness
import Foundation

/// One pin directory and one directory of profiles, for agents that follow one another.
final class PinnedAgents: Sendable {
    let profiles: String
    /// Named as a container is, so that the sweep finds it.
    let pins: String

    init(_ profiles: [String: Profile]) throws {
        let id = "loadline-test-pins-\(getpid())-\(UInt32.random(in: 0...9_999_999))"
        self.profiles = "/tmp/" + id
        pins = "/sys/fs/bpf/" + id
        try FileManager.default.createDirectory(
            atPath: self.profiles, withIntermediateDirectories: true)
        for (name, profile) in profiles { try put(name, profile) }
        // A file that changed just now might be half written.
        usleep(150_000)
    }

    private let started = Locked<[LoadlineProcess]>([])

    deinit {
        for agent in started.value {
            agent.expectNothingRefused()
            if agent.isRunning { try? agent.kill() }
        }
        Leftovers.removePins(pins)
        try? FileManager.default.removeItem(atPath: profiles)
    }

    func put(_ name: String, _ profile: Profile) throws {
        let path = profiles + "/" + name
        try Data(profile.yaml.utf8).write(to: URL(fileURLWithPath: path + ".new"))
        guard unsafe rename(path + ".new", path) == 0 else { throw HarnessError("rename \(path)") }
    }

    /// Starts the next agent.
    /// - Parameter memory: a group of processes to be in from the first instruction on.
    func start(
        _ arguments: [String] = [], memory: MemoryGroup? = nil
    ) throws -> LoadlineProcess {
        let command =
            try [
                BuiltProgram.path(), "agent", "--profiles", profiles, "--format", "json", "--mode",
                "enforce", "--pins", pins,
            ] + arguments
        let entering = memory.map { group in
            let script =
                "echo 1000 > /proc/$$/oom_score_adj && echo $$ > $0/cgroup.procs && exec \"$@\""
            return ["/bin/sh", "-c", script, group.directory]
        }
        let whole = (entering ?? []) + command
        let agent = try LoadlineProcess(whole[0], Array(whole.dropFirst()))
        started.update { $0.append(agent) }
        return agent
    }

    /// Starts the next one and waits until it watches.
    func startAndWait(_ arguments: [String] = []) throws -> LoadlineProcess {
        let agent = try start(arguments)
        try agent.waitFor("watching every container", timeout: 60)
        return agent
    }

    func release(_ arguments: [String] = []) throws -> CommandResult {
        try Command.run([BuiltProgram.path(), "release", "--pins", pins] + arguments, timeout: 30)
    }

    /// The pinned files, from the pin directory.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: pins)?.allObjects as? [String] ?? []
        return all.filter { path in
            var isDirectory: ObjCBool = false
            return unsafe FileManager.default.fileExists(
                atPath: pins + "/" + path, isDirectory: &isDirectory) && !isDirectory.boolValue
        }.sorted()
    }

    func path(of file: String) throws -> String {
        guard let path = files.first(where: { $0.hasSuffix("/" + file) }) else {
            throw HarnessError("no pin \(file) in \(files)")
        }
        return pins + "/" + path
    }
}
