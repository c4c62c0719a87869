import Foundation

/// A service to run as the entry point of a test container.
public protocol ContainerService: Sendable {
    var name: String { get }
    var command: [String] { get }
    /// The TCP port that it listens on once it serves.
    var port: UInt16 { get }
    var files: [ContainerFile] { get }
    /// The secrets that its container holds.
    var canary: Canary { get }
    var tools: [RequiredTool] { get }
    /// It gives the right answer to a usual request.
    func answers(in container: RuncContainer) throws -> Bool
}

extension ContainerService {
    /// The service's container, not yet made: `create` it, watch its cgroup, `start` it, then
    /// `waitUntilListening`.
    public func container(options: ContainerOptions = ContainerOptions()) throws -> RuncContainer {
        for tool in tools { try RequiredTool.require(tool) }
        var options = options
        options.files += files
        return RuncContainer(name: name, command: command, options: options)
    }

    /// A running container in which the service listens.
    public func start(options: ContainerOptions = ContainerOptions()) throws -> RuncContainer {
        let container = try container(options: options)
        do {
            try container.start()
            try container.waitUntilListening(port)
        } catch {
            container.delete()
            throw error
        }
        return container
    }
}
