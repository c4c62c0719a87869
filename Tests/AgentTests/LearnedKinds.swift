import Baseline
import ContainerHarness
import Foundation

/// Profiles of the three kinds, each learned by `loadline agent` from one container.
enum LearnedKinds {
    private static let profiles = Result { try learn() }

    /// The names of this process' test containers of a kind; others on the machine may run theirs.
    static func names(_ kind: String) -> String { "loadline-test-\(kind)-\(getpid())-*" }

    /// The profile as the agent wrote it, but for every container of the kind.
    static func profile(_ kind: Kind) throws -> Profile {
        guard var profile = try profiles.get()[kind] else {
            throw HarnessError("no profile of \(kind)")
        }
        profile.name = kind.rawValue
        profile.selector = Selector(containerName: names(kind.rawValue))
        return profile
    }

    private static func learn() throws -> [Kind: Profile] {
        let agent = try AgentProcess(["--mode", "learn"])
        try agent.waitUntilReady()
        var containers: [Kind: RuncContainer] = [:]
        defer { containers.values.forEach { $0.delete() } }
        for kind in Kind.allCases {
            let service = kind.service()
            let container = try service.container()
            containers[kind] = container
            try container.create()
            try agent.waitFor(container)
            try container.start()
            try container.waitUntilListening(service.port, timeout: 30)
            try kind.exercise(service, container)
        }
        for container in containers.values {
            try container.signal(SIGTERM)
            for _ in 0..<500 where try container.state() != "stopped" { usleep(10_000) }
            container.delete()
            try agent.waitForEnd(of: container)
        }
        _ = try agent.process.stop()
        return try containers.mapValues { try read(agent.directory + "/learned", $0) }
    }

    /// The one file about the container.
    private static func read(_ folder: String, _ container: RuncContainer) throws -> Profile {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard let file = files.first(where: { $0.hasPrefix(container.id) && $0.hasSuffix(".yaml") })
        else { throw HarnessError("\(container.id) was not learned: \(files)") }
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
        let profile = try Profile(yaml: Array(text), file: file)
        guard profile.selector == Selector(containerName: container.id) else {
            throw HarnessError("\(file) selects \(profile.selector)")
        }
        return profile
    }
}

extension Profile {
    /// Another name, selector or mode.
    func with(
        name: String? = nil, selector: Selector? = nil, mode: Mode? = nil
    ) -> Profile {
        var profile = self
        profile.name = name ?? profile.name
        profile.selector = selector ?? profile.selector
        profile.mode = mode ?? profile.mode
        return profile
    }
}
