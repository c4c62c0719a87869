internal import Kernel
internal import Workloads

/// One container, for a time: what `record`, `learn` and `watch` have in common.
public final class Session {
    public enum End: Sendable { case timeIsOver, containerEnded, stopped }

    /// How often the cgroup is asked whether anything runs in it; nanoseconds.
    static let lookInterval: UInt64 = 250_000_000

    public let node: Node
    public let container: WatchedContainer
    private var wasPopulated: Bool
    /// Called about once a second with the seconds since the beginning.
    public var onProgress: ((_ seconds: Int) -> Void)?

    public init(_ target: Target, configuration: Node.Configuration, stateRoot: String) throws {
        // What is wrong with the machine or the target is said before anything is loaded.
        try Requirements.check()
        let hierarchy = try CgroupHierarchy.find()
        let (info, path) = try target.resolve(in: hierarchy, stateRoot: stateRoot)
        _ = try CgroupGuard(hierarchy).check(path)
        node = try Node(configuration)
        // Asked before anything is said: a program that is quick may be over at the first look.
        wasPopulated = hierarchy.isPopulated(path)
        container = try node.watch(info, cgroupPath: path)
        node.onCgroup = { [container] change in
            if !change.isMade, change.id == container.cgroupID { container.isAlive = false }
        }
    }

    /// Runs until the time is over (nil: for ever), the container is gone or a stop is asked for.
    /// `everyTurn` runs some ten times a second.
    public func run(
        nanoseconds: UInt64?, everyTurn: () throws -> Void = {}
    ) throws -> End {
        let begin = Clock.boottime
        var said = 0
        var nextLook = begin
        while true {
            try node.turn()
            node.keepEvidence()
            try everyTurn()
            let elapsed = Clock.boottime - begin
            let seconds = Int(elapsed / 1_000_000_000)
            if seconds > said {
                said = seconds
                onProgress?(seconds)
            }
            if Clock.boottime >= nextLook {
                nextLook = Clock.boottime + Self.lookInterval
                let isPopulated = node.hierarchy.isPopulated(container.cgroupPath)
                // A runtime may keep the cgroup of a container that has ended.
                if wasPopulated, !isPopulated { container.isAlive = false }
                wasPopulated = isPopulated
            }
            if Stop.isRequested { return .stopped }
            if !container.isAlive { return .containerEnded }
            if let nanoseconds, elapsed >= nanoseconds { return .timeIsOver }
        }
    }

    /// What the sensor lost of this container so far.
    public func losses() throws -> Losses { Losses(try node.statistics(container)) }
}
