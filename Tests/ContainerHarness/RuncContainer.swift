import Foundation
import Synchronization
import Workloads

/// A real container, run by runc: the host's programs on an overlay of the host's root file
/// system, with its own namespaces and cgroup. All writes go to a file system in memory.
public struct RuncContainer: Sendable {
    public static let prefix = "loadline-test-"
    private static let counter = Atomic<Int>(0)

    /// `loadline-test-NAME-PID-N`: the PID of the process that made it tells leftovers apart.
    public let id: String
    public let command: [String]
    public let options: ContainerOptions

    /// Nothing is made yet.
    public init(name: String, command: [String], options: ContainerOptions = ContainerOptions()) {
        let owner = ProcessInfo.processInfo.processIdentifier
        self.init(name: name, command: command, options: options, owner: owner)
    }

    init(name: String, command: [String], options: ContainerOptions, owner: Int32) {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        id = "\(Self.prefix)\(name)-\(owner)-\(number)"
        self.command = command
        self.options = options
    }

    /// Holds everything of the container on the host.
    public var directory: String { "/tmp/" + id }
    var layer: String { directory + "/layer" }
    var rootfs: String { directory + "/rootfs" }
    /// The container's tree as the host sees it, without what is mounted within.
    public var rootDirectory: String { rootfs }
    var bundle: String { directory + "/bundle" }
    var pidFile: String { directory + "/pid" }

    /// From the root of the v2 hierarchy.
    public var cgroupPath: String { options.cgroupParent + "/" + id }

    /// The cgroup's id as the kernel knows it; there from `create` to `delete`.
    public func cgroupID() throws -> UInt64 {
        try CgroupHierarchy.find().id(ofPath: cgroupPath)
    }

    /// The init process in the host's pid namespace.
    public func pid() throws -> Int32 {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { throw HarnessError("\(id) was not created") }
        return pid
    }

    /// runc's word for the state: `created`, `running`, `stopped`, or nil when there is none.
    public func state() throws -> String? {
        struct State: Decodable { var status: String }
        let result = try Command.run(["runc", "state", id])
        guard result.status == 0 else { return nil }
        return try JSONDecoder().decode(State.self, from: Data(result.stdout.utf8)).status
    }

    /// What the entry point wrote to its standard output and error so far.
    public var output: String {
        (try? String(contentsOfFile: directory + "/output", encoding: .utf8)) ?? ""
    }

    /// Sends a signal to the init process.
    public func signal(_ signal: Int32) throws {
        try Command.run(["runc", "kill", id, String(signal)]).expectSuccess("runc kill")
    }

    /// Makes a container, passes it to `body` and deletes it, whatever happens.
    public static func with<Result>(
        name: String, command: [String], options: ContainerOptions = ContainerOptions(),
        _ body: (RuncContainer) throws -> Result
    ) throws -> Result {
        let container = RuncContainer(name: name, command: command, options: options)
        defer { container.delete() }
        try container.start()
        return try body(container)
    }

    /// As above, for a body that waits for other tasks.
    public static func with<Result>(
        name: String, command: [String], options: ContainerOptions = ContainerOptions(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RuncContainer) async throws -> Result
    ) async throws -> Result {
        let container = RuncContainer(name: name, command: command, options: options)
        defer { container.delete() }
        try container.start()
        return try await body(container)
    }
}
