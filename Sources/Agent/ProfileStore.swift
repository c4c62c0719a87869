internal import Baseline
internal import Decision
internal import Foundation

/// A directory of profiles, and which of its files are in the kernel.
///
/// A file that cannot be read or compiled is noted once per change; the version of it that was in
/// force stays in force.
final class ProfileStore {
    struct Entry {
        var stamp: Stamp
        var bound: BoundProfile?
    }

    /// What changes when a file does.
    struct Stamp: Hashable {
        var modified: Date
        var size: UInt64
        var inode: UInt64
    }

    /// Files looked at; more are noted and left out.
    static let fileLimit = 4000

    private let directory: String
    private let defaultMode: Mode
    private let node: Node
    private var entries: [String: Entry] = [:]
    var onNote: ((String) -> Void)?

    init(directory: String, defaultMode: Mode, node: Node) {
        self.directory = directory
        self.defaultMode = defaultMode
        self.node = node
    }

    var bound: [BoundProfile] { entries.values.compactMap(\.bound) }

    /// Takes up what changed on disk. Returns whether anything did.
    func refresh() throws -> Bool {
        let files = try stamps()
        var changed = false
        for (path, entry) in entries where files[path] == nil {
            if let bound = entry.bound { try node.remove(bound) }
            entries[path] = nil
            onNote?("profile \(path) is gone; its containers are held to none now")
            changed = true
        }
        for (path, stamp) in files.sorted(by: { $0.key < $1.key })
        where entries[path]?.stamp != stamp {
            take(path, stamp)
            changed = true
        }
        return changed
    }

    private func take(_ path: String, _ stamp: Stamp) {
        let old = entries[path]?.bound
        do {
            let profile = try ProfileFile.read(path)
            let mode = profile.mode ?? defaultMode
            let bound =
                try old.map { try node.replace($0, with: profile, mode: mode) }
                ?? node.install(profile, mode: mode)
            entries[path] = Entry(stamp: stamp, bound: bound)
            onNote?(
                "profile \(profile.name) \(old == nil ? "loaded" : "changed"): mode "
                    + "\(mode.rawValue), \(path)")
        } catch {
            entries[path] = Entry(stamp: stamp, bound: old)
            onNote?(
                "error: \(error)\n  "
                    + (old == nil
                        ? "this profile is not in force" : "the version before stays in force"))
        }
    }

    private func stamps() throws -> [String: Stamp] {
        let manager = FileManager.default
        let names: [String]
        do {
            names = try manager.contentsOfDirectory(atPath: directory)
        } catch {
            throw FileProblem(
                "cannot list the profiles in \(directory): \(error.localizedDescription)")
        }
        var stamps: [String: Stamp] = [:]
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            guard stamps.count < Self.fileLimit else {
                onNote?("more than \(Self.fileLimit) profiles in \(directory): \(name) is left out")
                break
            }
            let path = directory + "/" + name
            guard let attributes = try? manager.attributesOfItem(atPath: path) else { continue }
            stamps[path] = Stamp(
                modified: attributes[.modificationDate] as? Date ?? .distantPast,
                size: (attributes[.size] as? NSNumber)?.uint64Value ?? 0,
                inode: (attributes[.systemFileNumber] as? NSNumber)?.uint64Value ?? 0)
        }
        return stamps
    }
}
