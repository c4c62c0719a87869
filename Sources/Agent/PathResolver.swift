internal import Events
internal import Flows
internal import Kernel
internal import SensorABI

/// Resolves what callers wrote to the objects that it led to, as the kernel spells those. It does
/// so when the record comes: a link that was turned since leads it elsewhere.
struct PathResolver {
    private static let outside = Array("outside:".utf8)

    /// The root of each container, by slot, kept for processes that have ended.
    private var roots: [UInt32: ForeignRoot] = [:]
    /// Paths that could not be resolved and stand as they were given.
    private(set) var unresolved = 0

    mutating func forget(slot: UInt32) { roots[slot] = nil }

    /// The root of a container, by one of its processes; kept. nil: none of them is there.
    mutating func root(slot: UInt32, processes: [UInt32?]) -> ForeignRoot? {
        if let known = roots[slot] { return known }
        for case let process? in processes {
            guard let root = ForeignRoot(ofProcess: process) else { continue }
            roots[slot] = root
            return root
        }
        return nil
    }

    mutating func resolve(
        _ event: borrowing FileOperationEvent, initProcess: UInt32?
    ) -> NameChange {
        var change = NameChange(event)
        let flags = event.pathFlags
        guard flags & LL_PATH_AS_GIVEN != 0, change.operation != LL_OPERATION_MOUNT else {
            return change
        }
        let view = View(flags: flags, header: change.header, initProcess: initProcess)
        // A symlink's text leads nowhere yet.
        if change.operation != LL_OPERATION_SYMLINK {
            change.path = resolve(
                change.path, itself: Self.isLinkItself(change, flags), view)
        }
        if !change.secondPath.isEmpty {
            change.secondPath = resolve(change.secondPath, itself: true, view)
        }
        return change
    }

    private static func isLinkItself(_ change: NameChange, _ flags: UInt32) -> Bool {
        let noFollow: UInt32 = 0o400000
        return flags & LL_PATH_LINK_ITSELF != 0
            || change.operation == LL_OPERATION_OPEN && change.argument & noFollow != 0
    }

    /// How the caller saw its paths.
    private struct View {
        var flags: UInt32
        var header: EventHeader
        var initProcess: UInt32?
        var hasLeft: Bool { flags & LL_PATH_OTHER_NAMESPACE != 0 }
        var hasOwnRoot: Bool { flags & (LL_PATH_OTHER_ROOT | LL_PATH_OTHER_NAMESPACE) != 0 }
    }

    private mutating func resolve(_ given: [UInt8], itself: Bool, _ view: View) -> [UInt8] {
        let isOutside = given.starts(with: Self.outside)
        // A directory that was handed in from outside of what the caller sees.
        guard !isOutside || view.hasLeft else { return given }
        let path = isOutside ? Array(given.dropFirst(Self.outside.count)) : given
        guard var (root, rest) = root(of: path, view),
            Self.enter(&root, &rest, view),
            let found = root.resolve(rest, itself: itself, process: view.header.tgid)
        else {
            unresolved += 1
            return given
        }
        // A file without a name is none that a rule could hold; it was judged when it was made.
        if found.isDeleted { return [] }
        return view.hasLeft ? Self.outside + found.bytes : found.bytes
    }

    /// Who opens a path as if its directory were the root (RESOLVE_IN_ROOT) sees from there on.
    /// False: there is no such directory.
    private static func enter(_ root: inout ForeignRoot, _ path: inout [UInt8], _ view: View)
        -> Bool
    {
        guard view.flags & LL_PATH_IN_DIRECTORY != 0,
            let end = path.firstRange(of: Array("//".utf8))?.lowerBound
        else { return true }
        guard let directory = root.directory(path[..<end]) else { return false }
        root = directory
        path.removeFirst(end)
        return true
    }

    /// The root from which a path of the caller leads on, and the rest of the path.
    private mutating func root(
        of path: [UInt8], _ view: View
    ) -> (root: ForeignRoot, rest: [UInt8])? {
        if view.hasOwnRoot, let own = Self.root(of: view.header.process) {
            if own.path == [UInt8(ascii: "/")] { return (own, path) }
            if path.starts(with: own.path) {
                return (own, Array(path.dropFirst(own.path.count)))
            }
        }
        let slot = view.header.slot
        if let known = roots[slot] { return (known, path) }
        let own = view.hasOwnRoot ? nil : Self.root(of: view.header.process)
        guard let root = own ?? view.initProcess.flatMap({ ForeignRoot(ofProcess: $0) }) else {
            return nil
        }
        roots[slot] = root
        return (root, path)
    }

    /// nil: the process has ended, and another may have its number.
    private static func root(of process: ProcessKey) -> ForeignRoot? {
        guard let root = ForeignRoot(ofProcess: process.tgid), Processes.lives(process) else {
            return nil
        }
        return root
    }
}
