internal import Foundation
public import SysFlow

/// A trace file, or standard input, read record by record in bounded memory: no more than one
/// block and one piece.
public final class TraceReading {
    /// Bytes that are read at once.
    static let pieceBytes = 1 << 20
    /// As above of standard input, which may give them slowly.
    static let inputPieceBytes = 1 << 16

    /// For messages.
    public let name: String
    /// Bytes of the file that were read.
    public private(set) var bytes: Int64 = 0
    private let handle: FileHandle
    private let pieceBytes: Int
    private var reader = RecordReader()
    private var isAtEnd = false

    /// - Parameter name: a path, or `-` for standard input.
    /// - Throws: `FileProblem` where it cannot be opened.
    public init(_ name: String) throws {
        if name == "-" {
            self.name = "standard input"
            handle = .standardInput
            pieceBytes = Self.inputPieceBytes
            return
        }
        guard let handle = FileHandle(forReadingAtPath: name) else {
            throw FileProblem("cannot read \(name): \(ProfileFile.errorText())")
        }
        self.name = name
        self.handle = handle
        pieceBytes = Self.pieceBytes
    }

    deinit { if handle !== FileHandle.standardInput { try? handle.close() } }

    /// The next record; nil at the end.
    ///
    /// - Throws: `FileProblem` where it is no trace, or reading it fails.
    public func next() throws -> Record? {
        while true {
            if let record = reader.next() { return record }
            if isAtEnd { return nil }
            try feed()
        }
    }

    private func feed() throws {
        do throws(any Error) {
            let piece = try handle.read(upToCount: pieceBytes) ?? Data()
            if piece.isEmpty {
                isAtEnd = true
                try reader.finish()
            } else {
                bytes += Int64(piece.count)
                try reader.feed(Array(piece))
            }
        } catch let error as ReadError {
            throw FileProblem(
                "\(name) is not a SysFlow file: \(error); give a file that `loadline record` "
                    + "or a SysFlow collector wrote")
        } catch {
            throw FileProblem("cannot read \(name): \(Self.text(error))")
        }
    }

    private static func text(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        return (cause ?? error as NSError).localizedDescription
    }

    public var statistics: RecordReader.Statistics { reader.statistics }
    public var dialect: Dialect { reader.dialect }
    public var codec: Codec { reader.codec }
    public var unknownFields: [String] { reader.unknownFields }

    /// What was lost, for people: the first `TraceLimits.problems`.
    public var problems: [String] { reader.problems.map { "\($0)" } }
    public var problemCount: Int { reader.problemCount }
}
