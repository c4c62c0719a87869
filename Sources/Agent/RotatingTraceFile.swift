internal import Glibc
internal import Kernel
public import SysFlow

/// A recording in several SysFlow files, each readable alone: it begins with a header and repeats
/// the entities that its flows cite.
///
/// The file being written has the name `NAME.partial`. When it is finished it is on the disk, and
/// gets its own name in one step. After a crash `NAME.partial` is readable up to its last block;
/// the next recording keeps it under a name of its own.
public final class RotatingTraceFile {
    private let rotation: Rotation
    private let exporter: String
    private let clock: () -> UInt64
    private let date: () -> Int64
    private var names: RotatedNames
    private var repeater: EntityRepeater
    private var part: Part?
    private var omittedBefore = Omissions()
    private let dialect: Dialect
    private let codec: Codec

    private struct Part {
        var file: TraceFile
        var name: String
        var begin: UInt64
        /// Records of the recording, the header and repetitions not among them.
        var records = 0
    }

    /// Files that were finished.
    public private(set) var files = 0
    private var taken = 0
    /// Records that are in a file; headers and repetitions are not among them.
    public var records: Int { taken - omissions.count }
    /// Entities that were given again.
    public private(set) var repeated = 0
    /// Records that were left out: they cite an entity that was forgotten at a limit.
    public private(set) var withoutEntity = 0
    /// Parents that repeated processes were given without, having been forgotten at a limit.
    public var parentsLeftOut: Int { repeater.parentsLeftOut }
    /// Where a file was kept that a recording before this one did not finish.
    public private(set) var abandoned: String?

    public var omissions: Omissions { omittedBefore + (part?.file.omissions ?? Omissions()) }

    /// Begins the first file.
    ///
    /// - Parameters:
    ///   - path: `NAME.sf`; `.sf` may be left out.
    ///   - clock: nanoseconds that never go back.
    ///   - date: nanoseconds since the epoch.
    /// - Throws: `FileProblem` or `KernelError` where nothing can be written there.
    public init(
        path: String, rotation: Rotation, exporter: String, dialect: Dialect = .loadline,
        codec: Codec = .deflate,
        limits: EntityRepeater.Limits = EntityRepeater.Limits(),
        clock: @escaping () -> UInt64 = { Clock.boottime },
        date: @escaping () -> Int64 = { Clock.realtime }
    ) throws {
        self.rotation = rotation
        self.exporter = exporter
        self.dialect = dialect
        self.codec = codec
        self.clock = clock
        self.date = date
        names = RotatedNames(output: path)
        repeater = EntityRepeater(limits)
        if let status = Files.status(names.partial), status.isRegular {
            let kept = try Self.freeName { names.abandoned(status.modified + $0) }
            try Files.rename(names.partial, to: kept)
            abandoned = kept
        }
        part = try begin()
    }

    /// - Throws: the failure of a file, which ends the recording; what was finished stays.
    public func append(_ record: Record) throws {
        try turn()
        // Before the plan, which is for the file that the record goes to.
        let file = try open()
        guard let plan = repeater.plan(for: record) else {
            repeater.passed(record)
            withoutEntity += 1
            return
        }
        for entity in plan.repeated {
            try file.append(entity)
            repeater.repeated(entity)
            repeated += 1
        }
        try file.append(plan.record)
        repeater.gave(record)
        taken += 1
        part?.records += 1
    }

    /// Finishes the file if it is time. The next one begins with the next record, so that quiet
    /// times leave no empty files.
    public func turn() throws {
        guard let part, part.records > 0 else { return }
        let isOld = rotation.nanoseconds.map { clock() - part.begin >= $0 } ?? false
        let isLarge = rotation.bytes.map { part.file.bytesWritten >= $0 } ?? false
        if isOld || isLarge { try finish() }
    }

    /// Finishes the last file.
    public func close() throws { try finish() }

    private func open() throws -> TraceFile {
        if let part { return part.file }
        let part = try begin()
        self.part = part
        return part.file
    }

    private func begin() throws -> Part {
        let name = try freeName()
        let file = try TraceFile(
            path: names.partial, exporter: exporter, name: name, dialect: dialect, codec: codec)
        repeater.beginOutput()
        return Part(file: file, name: name, begin: clock())
    }

    private func finish() throws {
        guard let part else { return }
        try part.file.close()
        self.part = nil
        omittedBefore = omittedBefore + part.file.omissions
        let name = Files.status(part.name) == nil ? part.name : try freeName()
        try Files.rename(names.partial, to: name)
        try Self.synchroniseFolder(of: name)
        files += 1
    }

    private func freeName() throws -> String {
        let now = date()
        return try Self.freeName { _ in names.next(now) }
    }

    /// A name that no file has. A file is never replaced: it may hold what nobody read yet.
    private static func freeName(_ candidate: (_ later: Int64) -> String) throws -> String {
        var name = ""
        for milliseconds in 0..<Int64(1000) {
            name = candidate(milliseconds * 1_000_000)
            if Files.status(name) == nil { return name }
        }
        throw FileProblem("there is a file \(name) already; choose another name with -o")
    }

    /// A rename is on the disk when its directory is.
    private static func synchroniseFolder(of path: String) throws {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = try Descriptor(directory: folder)
        guard fsync(descriptor.rawValue) == 0 else {
            throw FileProblem("cannot write \(folder) to the disk: \(Files.lastError)")
        }
    }
}
