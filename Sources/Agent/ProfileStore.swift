internal import Baseline
internal import Foundation
internal import Kernel

/// A directory of profiles, and which of its files are in the kernel.
///
/// A file that cannot be read or compiled is noted once per change; the version of it that was in
/// force stays in force.
final class ProfileStore {
    private struct Entry {
        var status: Files.Status
        var bound: BoundProfile?
    }

    /// Files looked at; more are noted and left out.
    static let fileLimit = 4000
    /// A file that changed a shorter time ago may be half written: it waits for the next look.
    static let settling: Int64 = 100_000_000

    private let directory: String
    private let defaultMode: Mode
    private let node: Node
    private var entries: [String: Entry] = [:]
    /// Out of the directory or replaced, and still in the kernel for containers bound to them.
    private var leaving: [BoundProfile] = []
    /// What was said of the directory as a whole, to say it once.
    private var complaint: String?
    /// Some file is not in force: it cannot be read or compiled, or may be half written.
    private(set) var hasUnread = true
    /// Waiting for `tell`.
    private var notes: [String] = []
    var onNote: ((String) -> Void)?

    init(directory: String, defaultMode: Mode, node: Node) {
        self.directory = directory
        self.defaultMode = defaultMode
        self.node = node
    }

    /// - Throws: where the directory cannot be listed.
    func check() throws { _ = try look() }

    /// In the order of their files' paths.
    var bound: [BoundProfile] {
        entries.sorted { $0.key < $1.key }.compactMap(\.value.bound)
    }

    /// Takes up what changed on disk. Where it returns true, choose every container's profile
    /// anew, then call `removeLeaving`: so none is without a profile in between. Then `tell`.
    func refresh() -> Bool {
        let files: [String: Files.Status]
        do {
            files = try look()
        } catch {
            complain("\(error); the profiles in force stay in force")
            hasUnread = true
            return false
        }
        var changed = false
        for (path, entry) in entries where files[path] == nil {
            if let bound = entry.bound { leaving.append(bound) }
            entries[path] = nil
            notes.append("profile \(path) is gone")
            changed = true
        }
        let now = Clock.realtime
        for (path, status) in files.sorted(by: { $0.key < $1.key })
        where entries[path]?.status != status && !Self.mayBeHalfWritten(status, now) {
            if take(path, status) { changed = true }
        }
        let isUnread = files.keys.contains { entries[$0]?.bound == nil }
        // Nobody waits any more for what could not be read.
        if hasUnread != isUnread { changed = true }
        hasUnread = isUnread
        return changed
    }

    /// Takes out of the kernel what no container is bound to any more.
    func removeLeaving() {
        for bound in leaving {
            do {
                try node.remove(bound)
            } catch {
                onNote?("cannot remove the profile \(bound.profile.name): \(error)")
            }
        }
        leaving = []
    }

    /// Says what `refresh` found: not before it is so for every container.
    func tell() {
        for note in notes { onNote?(note) }
        notes = []
    }

    /// A time in the future is a clock's mistake, not a write under way.
    private static func mayBeHalfWritten(_ status: Files.Status, _ now: Int64) -> Bool {
        (0..<settling).contains(now &- max(status.modified, status.changed))
    }

    /// Returns whether what is in force changed.
    private func take(_ path: String, _ status: Files.Status) -> Bool {
        let old = entries[path]?.bound
        do {
            // Compiling takes a while: containers that start meanwhile wait.
            node.beat()
            let profile = try ProfileFile.read(path)
            // Changed while it was read: the next look has it whole.
            guard Files.status(path) == status else { return false }
            let mode = profile.mode ?? defaultMode
            let isSame = old.map { $0.profile == profile && $0.mode == mode } ?? false
            let closesBreaker = old.map { node.openBreakers.contains($0.number) } ?? false
            if isSame, !closesBreaker {
                entries[path]?.status = status
                return false
            }
            entries[path] = Entry(status: status, bound: try put(profile, mode, inPlaceOf: old))
            let what =
                old == nil ? "loaded" : isSame ? "loaded again, its breaker closed" : "changed"
            notes.append(
                "profile \(profile.name) \(what): mode \(mode.rawValue), \(path)"
                    + (mode == .enforce ? Self.spared(profile.response) : ""))
            return true
        } catch {
            entries[path] = Entry(status: status, bound: old)
            notes.append(
                "error: \(error)\n  "
                    + (old == nil
                        ? "this profile is not in force" : "the version before stays in force"))
            return false
        }
    }

    /// Whom the profile's author may think to be held, and who is not.
    private static func spared(_ response: Response) -> String {
        let spared = Response.Spared.allCases.filter { !response.mayKill.contains($0) }
        guard !spared.isEmpty else { return "" }
        return "; does not kill \(spared.map(\.rawValue).joined(separator: ", ")), "
            + "as response.mayKill does not name them"
    }

    /// One that is for the same containers, in the same mode, is swapped for all of them at once.
    /// Any other comes beside the old one, and the containers move to it one by one.
    private func put(
        _ profile: Profile, _ mode: Mode, inPlaceOf old: BoundProfile?
    ) throws -> BoundProfile {
        if let old, old.profile.selector == profile.selector, old.mode == mode {
            return try node.replace(old, with: profile)
        }
        let new = try node.install(profile, mode: mode)
        if let old { leaving.append(old) }
        return new
    }

    private func look() throws -> [String: Files.Status] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw FileProblem(
                "cannot list the profiles in \(directory): \(error.localizedDescription)")
        }
        let profiles = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
        complain(
            profiles.count <= Self.fileLimit
                ? nil
                : "\(profiles.count) profiles in \(directory): only \(Self.fileLimit) are used, up "
                    + "to \(profiles[Self.fileLimit - 1])")
        var files: [String: Files.Status] = [:]
        for name in profiles.prefix(Self.fileLimit) {
            let path = directory + "/" + name
            if let status = Files.status(path), status.isRegular { files[path] = status }
        }
        return files
    }

    private func complain(_ text: String?) {
        guard complaint != text else { return }
        complaint = text
        if let text { notes.append(text) }
    }
}
