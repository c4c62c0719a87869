import Foundation
import Glibc

/// A service that a stock profile is made for: learned under one load, held under another.
public protocol StockService: ContainerService {
    /// The image whose containers the profile is for.
    var image: String { get }
    /// Who the entry point runs as.
    var user: String { get }
    /// A directory that outlasts the container; nil: none.
    var volume: String? { get }
    /// The signal that ends it in order.
    var stopSignal: Int32 { get }
    /// Fills a new volume, seen from the host.
    func fill(volume directory: String) throws
    /// One after the other, again and again, while it is learned.
    var learningLoad: [LoadStep] { get }
    /// Another client, other requests: what it is held under.
    var heldOutLoad: [LoadStep] { get }
    /// By its own processes.
    var ownAttacks: [Attack] { get }
}

extension StockService {
    public var user: String { "root" }
    public var volume: String? { nil }
    public var stopSignal: Int32 { SIGTERM }
    public func fill(volume directory: String) throws {}
}

/// A part of a load.
public struct LoadStep: Sendable {
    public let name: String
    let run: @Sendable (RuncContainer) throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (RuncContainer) throws -> Void) {
        self.name = name
        self.run = run
    }

    /// - Throws: what failed, and in which step.
    public func perform(in container: RuncContainer) throws {
        do {
            try run(container)
        } catch {
            throw HarnessError("\(name): \(error)")
        }
    }
}

/// A service with its volume in a container, which can be made again after it was deleted.
public final class Deployment: Sendable {
    public let service: any StockService
    public let container: RuncContainer
    private let directory: String

    public init(_ service: any StockService) throws {
        self.service = service
        let owner = ProcessInfo.processInfo.processIdentifier
        directory = "/tmp/\(RuncContainer.prefix)\(service.name)-volume-\(owner)-1"
        var options = ContainerOptions()
        options.annotations["org.opencontainers.image.ref.name"] = service.image
        options.user = service.user
        // What this machine has beside Debian's packages is no part of the service.
        options.hidden = ["/usr/local"]
        options.absent = try Self.unpackaged()
        if let path = service.volume { options.volumes = [ContainerVolume(directory, at: path)] }
        container = try service.container(options: options)
        guard service.volume != nil else { return }
        try ContainerFile("/", "", mode: 0o700, owner: service.user).write(below: directory)
        try service.fill(volume: directory)
    }

    /// What Python would run at its start, and no package brought.
    private static func unpackaged() throws -> [String] {
        let folder = "/usr/lib/python3/dist-packages"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return try names.filter { $0.hasSuffix(".pth") }.map { "\(folder)/\($0)" }.filter {
            try Command.run(["dpkg-query", "--search", $0]).status != 0
        }
    }

    deinit {
        container.delete()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
