public import Baseline
public import Export
internal import Foundation
internal import Kernel
internal import SysFlow
internal import Workloads

/// Every container of the node at once: found, matched to a profile, learned or held to it.
public final class AgentSession {
    public struct Configuration: Sendable {
        public var profiles: String
        public var mode: Mode
        public var learnsUnmatched = false
        public var stateRoot = "/"
        public var node = Node.Configuration()

        public init(profiles: String, mode: Mode) {
            self.profiles = profiles
            self.mode = mode
        }
    }

    /// How long a cgroup that looks like a container's may stay unknown to every runtime.
    static let unknownLimit: UInt64 = 10_000_000_000
    /// How often profiles and runtimes' state are looked at again.
    static let refreshInterval: UInt64 = 500_000_000
    /// How often what is being learned is written.
    static let saveInterval: UInt64 = 10_000_000_000
    /// Cgroup changes waiting to be handled; more are found by the next scan.
    static let changeLimit = 4096

    public let node: Node
    private let configuration: Configuration
    private let directory: ContainerDirectory
    private let store: ProfileStore
    private var learning = Learning()
    /// Containers being learned, and how many behaviours were saved of each.
    private var learned: [String: Int] = [:]
    /// Cgroups that are watched but not known yet, and since when.
    private var unknown: [UInt32: UInt64] = [:]
    private var changes: [(path: String, made: Bool)] = []
    private var needsScan = true
    private var lastRefresh: UInt64 = 0
    private var lastSave: UInt64 = 0

    public var onAlert: ((Alert) -> Void)?
    public var onNote: ((String) -> Void)?

    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        node = try Node(configuration.node)
        directory = ContainerDirectory(root: configuration.stateRoot)
        store = ProfileStore(
            directory: configuration.profiles, defaultMode: configuration.mode, node: node)
    }

    /// Runs until the time is over (nil: for ever) or a stop is asked for.
    public func run(nanoseconds: UInt64?) throws {
        store.onNote = { [unowned self] in self.onNote?($0) }
        node.onAlert = { [unowned self] in self.onAlert?($0) }
        node.onCgroup = { [unowned self] path, made in
            if self.changes.count < Self.changeLimit {
                self.changes.append((path, made))
            } else {
                self.needsScan = true
            }
        }
        node.onRecord = { [unowned self] record, container in
            if self.learned[container.info.id] != nil || self.unknown[container.slot] != nil {
                self.learning.consume(record)
            }
        }
        let begin = Clock.boottime
        while !Stop.isRequested {
            try node.turn()
            try handleChanges()
            try refreshIfDue()
            if let nanoseconds, Clock.boottime - begin >= nanoseconds { break }
        }
        try node.finish()
        save(all: true)
    }

    // MARK: Containers

    private func handleChanges() throws {
        guard !changes.isEmpty else { return }
        let taken = changes
        changes.removeAll(keepingCapacity: true)
        for change in taken {
            if change.made { made(change.path) } else { try removed(change.path) }
        }
    }

    /// A new cgroup is watched at once, so that nothing of its start is missed; who it is, is
    /// found out beside that.
    private func made(_ path: String) {
        guard container(holding: path) == nil,
            let shape = CgroupPathShape.candidates(path).first
        else { return }
        let info = directory.container(forCgroupPath: path)
        let provisional = ContainerInfo(
            id: shape.containerID, name: shape.containerID, runtime: shape.runtime ?? .runc)
        do {
            let container = try node.watch(info ?? provisional, cgroupPath: path)
            if info == nil {
                unknown[container.slot] = Clock.boottime
            } else {
                try identified(container)
            }
        } catch {
            onNote?("cannot watch the cgroup \(path): \(error)")
        }
    }

    private func removed(_ path: String) throws {
        guard let container = node.containers.first(where: { $0.cgroupPath == path }) else {
            return
        }
        try end(container)
    }

    private func end(_ container: WatchedContainer) throws {
        unknown[container.slot] = nil
        let losses = Losses(try node.statistics(container))
        try node.unwatch(container)
        let id = container.info.id
        if learned[id] != nil {
            learning.note(losses, of: id)
            save(container)
            learned[id] = nil
        }
        learning.forget(id)
    }

    private func container(holding path: String) -> WatchedContainer? {
        node.containers.first { CgroupHierarchy.contains($0.cgroupPath, path) }
    }

    /// A container whose runtime is known is matched to a profile.
    private func identified(_ container: WatchedContainer) throws {
        unknown[container.slot] = nil
        try match(container)
        let profile = container.profile.map { "profile \($0.profile.name), \($0.mode.rawValue)" }
        let what = profile ?? (learned[container.info.id] != nil ? "learning" : "no profile")
        onNote?("container \(container.info.name) (\(container.info.id.prefix(12))): \(what)")
    }

    private func match(_ container: WatchedContainer) throws {
        let info = container.info
        let bound = store.bound
        let chosen = Profile.choose(
            from: bound.map(\.profile), image: info.image, containerName: info.name,
            labels: info.labels)
        let match = chosen.flatMap { chosen in bound.first { $0.profile == chosen } }
        if container.profile?.number != match?.number || container.profile?.mode != match?.mode {
            try node.bind(container, to: match)
        }
        let learns = match.map { $0.mode == .learn } ?? configuration.learnsUnmatched
        if learns, !info.isPodSandbox {
            if learned[info.id] == nil { learned[info.id] = 0 }
        } else {
            learned[info.id] = nil
        }
    }

    // MARK: What is done now and then

    private func refreshIfDue() throws {
        let now = Clock.boottime
        guard now >= lastRefresh + Self.refreshInterval else { return }
        lastRefresh = now
        if try store.refresh() {
            for container in node.containers where unknown[container.slot] == nil {
                try match(container)
            }
        }
        if needsScan {
            needsScan = false
            scan()
        }
        try identifyUnknown(now)
        if now >= lastSave + Self.saveInterval {
            lastSave = now
            save(all: false)
        }
    }

    private func scan() {
        for info in directory.scan().containers {
            guard let path = info.cgroupPath, info.initPID != nil,
                container(holding: path) == nil
            else { continue }
            do {
                try identified(try node.watch(info, cgroupPath: path))
            } catch {
                onNote?("cannot watch the container \(info.name): \(error)")
            }
        }
    }

    private func identifyUnknown(_ now: UInt64) throws {
        for container in node.containers {
            guard let since = unknown[container.slot] else { continue }
            if let info = directory.container(forCgroupPath: container.cgroupPath) {
                let provisional = container.info.id
                container.info = info
                if provisional != info.id { learning.forget(provisional) }
                try identified(container)
            } else if now >= since + Self.unknownLimit {
                try end(container)
            }
        }
    }

    // MARK: What was learned

    private func save(all: Bool) {
        for container in node.containers where learned[container.info.id] != nil {
            if all, let statistics = try? node.statistics(container) {
                learning.note(Losses(statistics), of: container.info.id)
            }
            save(container)
        }
    }

    private func save(_ container: WatchedContainer) {
        let info = container.info
        guard let count = learning.learner.behaviours(of: info.id)?.records,
            count != learned[info.id]
        else { return }
        do {
            let profile = try learning.profile(
                of: info.id, name: info.name, image: info.image, containerName: info.name)
            let folder = configuration.profiles + "/learned"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let name = Self.fileName("\(info.name)-\(info.id.prefix(12))")
            try ProfileFile.write(profile, to: "\(folder)/\(name).yaml")
            learned[info.id] = count
        } catch {
            onNote?("cannot save what was learned of \(info.name): \(error)")
        }
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
