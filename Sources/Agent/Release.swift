internal import Foundation
internal import Kernel
public import Sensor
internal import SensorABI

/// Takes out of the kernel what an agent pinned there.
public enum Release {
    public struct Report: Sendable {
        public var directories: [String] = []
        public var links = 0
        public var maps = 0
        /// The process that goes on holding it; nil: nobody does.
        public var holder: UInt32?

        public var isEmpty: Bool { directories.isEmpty && links == 0 && maps == 0 }

        public var lines: [String] {
            if isEmpty { return ["nothing is pinned"] }
            var lines = directories.map { "removed \($0)" }
            lines.append("removed \(links) links and \(maps) maps: no container is held by them")
            if let holder {
                lines[lines.count - 1] =
                    "removed the pins of \(links) links and \(maps) maps; the agent, process "
                    + "\(holder), holds its containers until it ends"
            }
            return lines
        }
    }

    /// - Parameter force: while an agent runs, too: it is told not to pin again, and what it holds
    ///   ends with it.
    /// - Throws: `Node.Refusal` where an agent runs.
    public static func run(_ place: PinPlace, force: Bool) throws -> Report {
        var report = Report()
        guard BPFFileSystem.inode(place.root) != nil else { return report }
        let lock = try DirectoryLock(place.root)
        if lock == nil {
            guard force else {
                let holder = DirectoryLock.holder(of: place.root)
                throw Node.Refusal(
                    description: "an agent serves \(place.root): "
                        + (holder.map { "process \($0)" } ?? "another process")
                        + "; stop it first, or give --force")
            }
            report.holder = DirectoryLock.holder(of: place.root) ?? 0
        }
        for layout in try place.layouts() {
            if lock == nil { try place.markReleased(layout) }
            try place.remove(layout)
            report.directories.append(layout.directory)
            report.links += layout.links.reduce(0) { $0 + $1.programs.count }
            report.maps += layout.maps.count
        }
        try place.removeRoot()
        return report
    }
}

/// What is pinned now, and by whom.
public struct PinReport: Codable, Sendable {
    public struct Layout: Codable, Sendable {
        public var directory: String
        public var maps: Int
        public var links: Int
        /// The process that serves or served last.
        public var process: UInt64
        public var takeovers: UInt64
        /// Seconds since that process began to serve, and since the pins were made.
        public var servedSeconds: UInt64
        public var pinnedSeconds: UInt64
        public var containers: Int
    }

    public var root: String
    /// The agent that runs; nil: none.
    public var agent: UInt32?
    public var layouts: [Layout]

    public init(_ place: PinPlace) {
        root = place.root
        agent = DirectoryLock.holder(of: place.root)
        let now = Clock.boottime
        layouts = ((try? place.layouts()) ?? []).map { layout in
            let noted = place.agent(of: layout)
            let age = { (time: UInt64) in time == 0 ? 0 : (now - min(now, time)) / 1_000_000_000 }
            return Layout(
                directory: layout.directory, maps: layout.maps.count,
                links: layout.links.reduce(0) { $0 + $1.programs.count },
                process: noted?.pid ?? 0, takeovers: noted?.takeovers ?? 0,
                servedSeconds: age(noted?.since_boottime_ns ?? 0),
                pinnedSeconds: age(noted?.begun_boottime_ns ?? 0),
                containers: place.containers(of: layout))
        }
    }

    public var lines: [String] {
        if layouts.isEmpty {
            return ["pinned in \(root): nothing" + (agent.map { "; agent: process \($0)" } ?? "")]
        }
        let who = agent.map { "agent: process \($0)" } ?? "no agent runs"
        return ["pinned in \(root); \(who)"]
            + layouts.map {
                "  \($0.directory): \($0.links) links, \($0.maps) maps, \($0.containers) "
                    + "containers; pinned \($0.pinnedSeconds) s ago, served by process "
                    + "\($0.process) since \($0.servedSeconds) s, \($0.takeovers) takeovers"
            }
    }
}
