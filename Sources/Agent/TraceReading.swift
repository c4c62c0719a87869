internal import Foundation
public import SysFlow

/// A trace file that is read record by record, in bounded memory.
public struct TraceReading: ~Copyable {
    /// Bytes that are read at once.
    static let pieceBytes = 1 << 20

    public let path: String
    public private(set) var reader = RecordReader()
    /// Bytes of the file that were read.
    public private(set) var bytes: Int64 = 0
    private let handle: FileHandle
    private var isFinished = false

    /// - Throws: `FileProblem` where it cannot be opened.
    public init(path: String) throws {
        self.path = path
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FileProblem("cannot read \(path): \(ProfileFile.errorText())")
        }
        self.handle = handle
    }

    deinit { try? handle.close() }

    /// The next record; nil at the end.
    ///
    /// - Throws: `FileProblem` where the file is no trace or cannot be read.
    public mutating func next() throws -> Record? {
        while true {
            if let record = reader.next() { return record }
            if isFinished { return nil }
            do throws(ReadError) {
                guard let piece = piece(), !piece.isEmpty else {
                    isFinished = true
                    try reader.finish()
                    continue
                }
                bytes += Int64(piece.count)
                try reader.feed(piece)
            } catch {
                throw FileProblem(
                    "\(path) is not a SysFlow file: \(error); give a file that `loadline record` "
                        + "or a SysFlow collector wrote")
            }
        }
    }

    private var failure: FileProblem?

    /// A file that cannot be read on ends there, and that is a problem of it.
    private mutating func piece() -> [UInt8]? {
        do {
            return try handle.read(upToCount: Self.pieceBytes).map(Array.init)
        } catch {
            failure = FileProblem("reading failed at byte \(bytes): \(error)")
            return nil
        }
    }

    /// What was lost of it, for people.
    public var problems: [String] {
        var lines = reader.problems.map { "\($0)" }
        if reader.problemCount > lines.count {
            lines.append("and \(reader.problemCount - lines.count) more problems")
        }
        if let failure { lines.append("\(failure)") }
        return lines
    }
}
