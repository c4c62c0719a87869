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

    /// - Parameter folder: where profiles are written; made when the first is.
    init(folder: String) { self.folder = folder }

    func isLearning(_ container: WatchedContainer) -> Bool { saved[container.recordID] != nil }

    /// What was consumed of the container before counts too.
    mutating func begin(_ container: WatchedContainer) {
        if saved[container.recordID] == nil { saved[container.recordID] = 0 }
    }

    mutating func consume(_ record: Record) { learning.consume(record) }

    /// Writes the container's profile, if more was learned since the last time.
    /// - Returns: the file, if it was written.
    mutating func save(_ container: WatchedContainer) throws -> String? {
        let (id, info) = (container.recordID, container.info)
        guard let before = saved[id], let count = learning.learner.behaviours(of: id)?.records,
            count != before
        else { return nil }
        let profile = try learning.profile(
            of: id, name: info.name, image: info.image, containerName: info.name)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(Self.fileName("\(info.name)-\(info.id.prefix(12))")).yaml"
        try ProfileFile.write(profile, to: path)
        saved[id] = count
        return path
    }

    /// Ends learning: what was learned is written once more, with the losses, and forgotten.
    mutating func end(_ container: WatchedContainer, losses: Losses) throws -> String? {
        defer { forget(container) }
        guard isLearning(container) else { return nil }
        learning.note(losses, of: container.recordID)
        return try save(container)
    }

    mutating func forget(_ container: WatchedContainer) {
        saved[container.recordID] = nil
        learning.forget(container.recordID)
    }

    /// Names come from labels: nothing but letters, digits, `.`, `_` and `-` gets into a path.
    private static func fileName(_ text: String) -> String {
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
