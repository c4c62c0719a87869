public import SysFlow

/// Processes and files: which behaviour a record shows.
extension Learner {
    mutating func consume(_ event: ProcessEvent) {
        if event.operations.contains(.clone), event.result == 0 {
            processes.born(event.process, at: event.time)
        }
        if event.operations.contains(.exec), event.result >= 0 {
            guard let (process, container) = actor(event.process, .exec) else { return }
            let subject = processes.subject(ofExecBy: event.process, process)
            if subject == .runtime { processes.start(event.process) }
            if subject == .runtime, makeRoom(for: container) {
                change(container) {
                    if process.isFirst { $0.noteStart(at: event.time) } else { $0.note(.probe) }
                }
            }
            learn(
                .exec(process.exe), by: subject, of: event.process, in: container,
                from: event.time, to: event.time)
        }
        if !event.operations.isDisjoint(with: [.capability, .act]) { consumeUse(event) }
        // An exit of another thread leaves the process running.
        if event.operations.contains(.exit), event.tid == event.process.hostPID {
            if let (process, container) = known(event.process), process.isFirst {
                change(container) { $0.note(.shutdown) }
            }
            processes.exit(event.process, at: event.time)
        }
    }

    mutating func consume(_ flow: FileFlow) {
        guard let (process, container) = actor(flow.process, .file) else { return }
        guard let file = file(flow.file) else { return loseUnattributed(.file) }
        // A descriptor from outside that was only used is not judged either.
        if file.path.isOutside, !flow.operations.contains(.open) { return }
        // What another program has opened, and handed on, was opened as that one needs it.
        let isGiven = process.hasBegun && flow.operations.isDisjoint(with: [.open, .mmap])
        let access =
            file.isUNIXSocket
            ? (flow.operations.contains(.connect) ? .connect : [])
            : FileAccess(flags: isGiven ? [] : flow.openFlags, operations: flow.operations)
        if process.isFirst, flow.operations.contains(.open), flow.openFlags.contains(.readOnly) {
            change(container) { $0.noteFirstReads(file.path, at: flow.time) }
        }
        learn(
            access, to: file, by: process.exe, of: flow.process, container, from: flow.time,
            to: flow.endTime, isUse: flow.operations.isDisjoint(with: [.open, .mmap, .connect]),
            isDraw: !flow.operations.isSubset(of: .close))
    }

    mutating func consume(_ event: FileEvent) {
        guard event.result >= 0 || event.result == FileEvent.inProgress,
            let (process, container) = actor(event.process, .file)
        else { return }
        let (first, second) = FileAccess.asked(by: event.operations)
        for (id, access) in [(event.file, first), (event.newFile, second)] {
            guard let id, !access.isEmpty else { continue }
            guard let file = file(id) else {
                loseUnattributed(.file)
                continue
            }
            learn(
                access, to: file, by: process.exe, of: event.process, container,
                from: event.time, to: event.time)
        }
    }

    private mutating func learn(
        _ access: FileAccess, to file: LearnedFile, by subject: PathBytes, of process: ProcessID,
        _ container: String, from: Int64, to: Int64, isUse: Bool = false, isDraw: Bool = true
    ) {
        // Pipes, anonymous inodes and descriptors of sockets have no path that could be opened.
        let hasPath = file.path.bytes.first == UInt8(ascii: "/") || file.path.isOutside
        guard !access.isEmpty, hasPath || file.isUNIXSocket else { return }
        learn(
            .file(file.path, access), by: subject, of: process, in: container, from: from,
            to: to, isUse: isUse, isDraw: isDraw)
    }
}

extension FileAccess {
    /// What a change of names or attributes asks of its first and of its second path. A name that
    /// a rename takes may have been another file's, which is gone then. A file with a second name
    /// is judged by that one's rules, so who links has to be allowed what those could give.
    public static func asked(by operations: Operations) -> (first: FileAccess, second: FileAccess) {
        var first: FileAccess = []
        var second: FileAccess = []
        if !operations.isDisjoint(with: [.mkdir, .makeNode]) { first.insert(.create) }
        if !operations.isDisjoint(with: [.unlink, .rmdir, .rename]) { first.insert(.delete) }
        if operations.contains(.truncate) { first.insert(.write) }
        if operations.contains(.link) { first.formUnion([.read, .write]) }
        if !operations.isDisjoint(with: .attributes) { first.insert(.metadata) }
        if !operations.isDisjoint(with: [.link, .symlink, .rename]) { second.insert(.create) }
        if operations.contains(.rename) { second.insert(.delete) }
        return (first, second)
    }

    /// What an open asks for; one that may make its file, to create it.
    public init(opening flags: OpenFlags) {
        self = []
        if flags.contains(.readOnly) { insert(.read) }
        if flags.contains(.writeOnly) || flags.contains(.truncate) { insert(.write) }
        if flags.contains(.create) { insert(.create) }
    }

    /// What an open file was opened for and used for.
    init(flags: OpenFlags, operations: Operations) {
        self.init(opening: flags)
        if operations.contains(.readReceive) { insert(.read) }
        if operations.contains(.writeSend) { insert(.write) }
        // Version 5 does not say whether the mapping was executable.
        if operations.contains(.mmap) { insert([.read, .map]) }
        if operations.contains(.makeNode) { insert(.create) }
        if !operations.isDisjoint(with: .attributes) { insert(.metadata) }
    }
}

/// Bits beyond SysFlow version 5, as LL_OPERATION_* of the sensor's ABI.
extension Operations {
    static let changeExtended = Self(rawValue: 1 << 23)
    static let changeMode = Self(rawValue: 1 << 24)
    static let changeOwner = Self(rawValue: 1 << 25)
    static let makeNode = Self(rawValue: 1 << 26)
    static let bind = Self(rawValue: 1 << 28)
    static let listen = Self(rawValue: 1 << 29)
    static let attributes: Self = [.changeMode, .changeOwner, .changeExtended]
}

extension PathBytes {
    /// A file outside of the container's own mounts, as the sensor marks it.
    var isOutside: Bool { bytes.starts(with: "outside:/".utf8) }
}
