internal import Baseline
internal import Foundation
internal import SysFlow
internal import Workloads

/// The containers that are being learned, and their profiles on disk.
struct LearnedProfiles {
    private let folder: String
    private var learning = Learning()
    /// By container: records of behaviours when its profile was last written.
    private var saved: [String: Int] = [:]
    /// By container: losses of the sensor that are noted already.
    private var noted: [String: [Baseline.Dimension: Int]] = [:]
    /// Bytes of a state that is read back.
    private static let stateBytes = 128 * 1024 * 1024
    /// States of containers that ended without this agent's seeing it are kept so long; seconds.
    private static let stateAge: Double = 86_400

    /// - Parameter folder: where profiles are written; made when the first is.
    init(folder: String) {
        self.folder = folder
        removeOldStates()
    }

    func isLearning(_ container: WatchedContainer) -> Bool { saved[container.recordID] != nil }

    /// What was consumed of the container before counts too, and what an agent before learned.
    /// - Returns: what went wrong with that.
    mutating func begin(_ container: WatchedContainer) -> String? {
        guard saved[container.recordID] == nil else { return nil }
        saved[container.recordID] = 0
        let path = statePath(container)
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Self.stateBytes),
            let state = try? JSONDecoder().decode(LearningState.self, from: data),
            learning.resume(container.recordID, from: state)
        else {
            return "what was learned of \(container.info.name) before cannot be read from \(path): "
                + "its learning begins anew"
        }
        return nil
    }

    mutating func consume(_ record: Record) -> [Observation] { learning.observe(record) }

    mutating func note(content: ContentDigest?, of path: PathBytes, in container: WatchedContainer)
    {
        learning.note(content: content, of: path, in: container.recordID)
    }

    /// Writes the container's profile and its state, if more was learned since the last time.
    /// - Parameter losses: of the container, all since it is watched; nil: not known.
    /// - Returns: the file, if it was written.
    mutating func save(_ container: WatchedContainer, losses: Losses? = nil) throws -> String? {
        let (id, info) = (container.recordID, container.info)
        guard saved[id] != nil else { return nil }
        if let losses { note(losses, of: id) }
        guard let before = saved[id], let count = learning.learner.behaviours(of: id)?.records,
            count != before
        else { return nil }
        let profile = try learning.profile(
            of: id, name: info.name, image: info.image, containerName: info.name)
        try FileManager.default.createDirectory(
            atPath: states, withIntermediateDirectories: true)
        // The state first: it is what an agent after this one goes on with.
        try ProfileFile.write(
            JSONEncoder().encode(learning.state(of: id)), of: "the learning state",
            to: statePath(container))
        let path = "\(folder)/\(Self.fileName(info)).yaml"
        try ProfileFile.write(profile, to: path)
        saved[id] = count
        return path
    }

    /// Ends learning: what was learned is written once more, with the losses, and forgotten.
    /// - Parameter goesOn: an agent after this one goes on with it.
    mutating func end(
        _ container: WatchedContainer, losses: Losses, goesOn: Bool = false
    ) throws -> String? {
        defer { forget(container, goesOn: goesOn) }
        guard isLearning(container) else { return nil }
        return try save(container, losses: losses)
    }

    /// The sensor's counters only grow; the learner adds up what it is told.
    private mutating func note(_ losses: Losses, of id: String) {
        var news = losses
        for (dimension, count) in losses.byDimension {
            news.byDimension[dimension] = count - noted[id, default: [:]][dimension, default: 0]
        }
        noted[id] = losses.byDimension
        learning.note(news, of: id)
    }

    private var states: String { folder + "/state" }

    private func statePath(_ container: WatchedContainer) -> String {
        "\(states)/\(Self.fileName(container.info)).json"
    }

    private func removeOldStates() {
        let manager = FileManager.default
        for name in (try? manager.contentsOfDirectory(atPath: states)) ?? [] {
            let path = states + "/" + name
            let attributes = try? manager.attributesOfItem(atPath: path)
            guard let date = attributes?[.modificationDate] as? Date,
                -date.timeIntervalSinceNow > Self.stateAge
            else { continue }
            try? manager.removeItem(atPath: path)
        }
    }

    private mutating func forget(_ container: WatchedContainer, goesOn: Bool) {
        saved[container.recordID] = nil
        noted[container.recordID] = nil
        if !goesOn { try? FileManager.default.removeItem(atPath: statePath(container)) }
        learning.forget(container.recordID)
    }

    /// Names come from labels: nothing but letters, digits, `.`, `_` and `-` gets into a path.
    private static func fileName(_ info: ContainerInfo) -> String {
        let text = "\(info.name)-\(info.id.prefix(12))"
        let allowed = text.unicodeScalars.map { scalar in
            let isPlain =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-" || scalar == "."
            return isPlain ? Character(scalar) : "_"
        }
        let name = String(allowed.prefix(200))
        return name.hasPrefix(".") ? "_" + name : name
    }
}
