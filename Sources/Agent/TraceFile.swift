internal import Foundation
internal import Kernel
public import SysFlow

/// A SysFlow file being written. What was written stays readable when the disk is
/// full or the program is killed: blocks go out whole.
public final class TraceFile {
    /// A block goes out at least this often, so that a reader is not long behind; nanoseconds.
    public static let flushInterval: UInt64 = 1_000_000_000

    public let path: String
    private let handle: FileHandle
    private var writer: RecordWriter
    private var lastFlush = Clock.boottime
    /// Bytes of whole blocks in the file.
    public private(set) var bytesWritten: UInt64 = 0
    private var failure: FileProblem?

    public var records: Int { writer.records }
    public var omissions: Omissions { writer.omissions }

    /// A file that begins with a header of its own.
    /// - Parameter name: the file's name in its header; `path` unless given.
    public convenience init(
        path: String, exporter: String, name: String? = nil, dialect: Dialect = .loadline,
        codec: Codec = .deflate
    ) throws {
        try self.init(path: path, dialect: dialect, codec: codec)
        writer.append(
            .header(Header(exporter: exporter, filename: name ?? path)))
        // From now on it is readable.
        try writeOut()
    }

    /// A file whose first record is to be a header.
    public init(path: String, dialect: Dialect, codec: Codec) throws {
        self.path = path
        handle = try Self.open(path)
        writer = RecordWriter(dialect: dialect, codec: codec)
    }

    /// What is there is emptied and not replaced, as FileManager would do it: it may be a device.
    private static func open(_ path: String) throws -> FileHandle {
        if Files.status(path) == nil {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw FileProblem("cannot write \(path): \(ProfileFile.errorText())")
        }
        if isRegular(path) { try handle.truncate(atOffset: 0) }
        return handle
    }

    private static func isRegular(_ path: String) -> Bool {
        Files.status(path)?.isRegular ?? false
    }

    /// - Throws: the file's first failure, which ends it: what came later would stand behind a
    ///   gap that no reader sees.
    public func append(_ record: Record) throws {
        if let failure { throw failure }
        writer.append(record)
        let now = Clock.boottime
        if now >= lastFlush + Self.flushInterval {
            lastFlush = now
            writer.finishBlock()
        }
        try writeOut()
    }

    /// What the sensor lost of a container so far; in the dialect that has room for it.
    public func append(_ losses: Losses, of container: WatchedContainer) throws {
        for loss in losses.records(of: container) { try append(.loss(loss)) }
    }

    /// Verdicts that were made and neither told nor recorded, being too many in a second.
    public func append(suppressed node: Node, of container: WatchedContainer) throws {
        guard node.alertsSuppressed > 0 else { return }
        try append(
            .loss(
                Loss(
                    time: Clock.realtime, containerID: container.recordID, kind: "verdict",
                    cause: "more than \(Node.alertsPerSecond) in a second",
                    count: Int64(clamping: node.alertsSuppressed))))
    }

    /// Ends the file.
    public func close() throws {
        if let failure { throw failure }
        writer.finishBlock()
        try writeOut()
        // A device has nothing to be synchronised.
        if Self.isRegular(path) { try handle.synchronize() }
        try handle.close()
    }

    private func writeOut() throws {
        let bytes = writer.takeOutput()
        guard !bytes.isEmpty else { return }
        do {
            try handle.write(contentsOf: Data(bytes))
            bytesWritten += UInt64(bytes.count)
        } catch {
            // A block that went out in part is cut off again: the file ends with a whole one.
            try? handle.truncate(atOffset: bytesWritten)
            let problem = FileProblem(
                "cannot write \(path): \((error as NSError).localizedDescription); \(bytesWritten) "
                    + "bytes up to here are whole and readable; make room and record again")
            failure = problem
            throw problem
        }
    }
}
