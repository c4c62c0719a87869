internal import Foundation
public import Kernel

/// What was kept of a container that was quarantined: `manifest.json` of its directory.
public struct EvidenceManifest: Codable, Sendable {
    static let fileName = "manifest.json"

    public struct Container: Codable, Sendable {
        public var id: String
        public var name: String
        public var image: String?
        public var pod: String?
        /// From the root of cgroup v2.
        public var cgroup: String
    }

    public struct Ancestor: Codable, Sendable {
        public var pid: UInt32
        public var executable: String
    }

    /// What the container did.
    public struct Deviation: Codable, Sendable {
        public var time: String
        public var profile: String
        public var dimension: String
        public var verdict: String
        public var access: [String]
        public var object: String
        /// The process first.
        public var lineage: [Ancestor]
    }

    public struct Process: Codable, Sendable {
        public var pid: UInt32
        public var parent: UInt32
        /// The one that deviated.
        public var deviated: Bool
        public var executable: String?
        public var workingDirectory: String?
        /// Below the evidence's directory; nil: not readable, or cut away.
        public var executableFile: String?
        public var directory: String
        public var openFiles: Int
    }

    public struct File: Codable, Sendable {
        public var file: String
        public var copy: ProcessEvidence.Copy
    }

    /// A process outside of the container's cgroup that was stopped.
    public struct Stopped: Codable, Sendable {
        public var pid: UInt32
        /// CLOCK_BOOTTIME of its beginning, nanoseconds.
        public var start: UInt64
    }

    public var version = 1
    /// The id of the process that froze the container.
    public var frozenBy: UInt32
    public var frozenAt: String
    public var container: Container
    public var deviation: Deviation
    public var processes: [Process] = []
    public var executables: [File] = []
    public var stoppedOutside: [Stopped] = []
    /// What is not all there, and why; empty: nothing was left out.
    public var cut: [String] = []

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// The latest of a container in a directory of evidence, with its own directory.
    static func latest(of container: String, in directory: String) -> (Self, String)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let all = names.filter { !$0.hasPrefix(".") }.compactMap { name -> (Self, String)? in
            let place = directory + "/" + name
            guard let data = FileManager.default.contents(atPath: place + "/" + fileName),
                let manifest = try? JSONDecoder().decode(Self.self, from: data),
                manifest.container.id == container
            else { return nil }
            return (manifest, place)
        }
        return all.max { $0.0.frozenAt < $1.0.frozenAt }
    }
}
