internal import Foundation
internal import Kernel
public import SysFlow

/// Records from one of: a file by its path, standard input as `-`, a UNIX socket as `unix:PATH`.
/// A file that is called like one of the latter is given as `./-` or `./unix:...`.
///
///     let source = try TraceSource("web.sf")
///     while let record = try source.next() { ... }
///     for problem in source.problems { ... }
///
/// Holds no more than one block and one piece of a file, or one packet. At a socket it listens, as
/// sf-processor does, takes one sender at a time, and ends with the first one that sent something,
/// or when a stop is asked for (SIGINT and SIGTERM do that from then on).
public final class TraceSource {
    /// Bytes that are read of a file at once.
    static let pieceBytes = 1 << 20
    /// As above of standard input, which may give them slowly.
    static let inputPieceBytes = 1 << 16

    /// As it was given.
    public let name: String
    private let content: Content

    private enum Content {
        case file(FileContent)
        case packets(PacketContent)
    }

    /// - Throws: `FileProblem` where it cannot be opened.
    public init(_ name: String) throws {
        self.name = name
        if name.hasPrefix(Self.socketPrefix) {
            content = .packets(try PacketContent(String(name.dropFirst(Self.socketPrefix.count))))
        } else {
            content = .file(try FileContent(name))
        }
    }

    private static let socketPrefix = "unix:"

    /// The next record; nil at the end. Waits where there is none yet.
    ///
    /// - Throws: `FileProblem` where it is no SysFlow file, or reading it fails.
    public func next() throws -> Record? {
        switch content {
        case .file(let file): try file.next()
        case .packets(let packets): try packets.next()
        }
    }

    /// What was lost, so far; the first `TraceLimits.problems` of them and how many more.
    public var problems: [Traces.Problem] {
        let (texts, count) =
            switch content {
            case .file(let file): file.problems
            case .packets(let packets): (packets.problems, packets.problemCount)
            }
        var problems = texts.map { Traces.Problem(file: name, text: $0) }
        if count > texts.count {
            problems.append(
                Traces.Problem(file: name, text: "and \(count - texts.count) more problems"))
        }
        return problems
    }
}

/// A container file, read in pieces.
private final class FileContent {
    private let name: String
    private let handle: FileHandle
    private let pieceBytes: Int
    private var reader = RecordReader()
    private var isAtEnd = false

    init(_ name: String) throws {
        if name == "-" {
            self.name = "standard input"
            handle = .standardInput
            pieceBytes = TraceSource.inputPieceBytes
            return
        }
        guard let handle = FileHandle(forReadingAtPath: name) else {
            throw FileProblem("cannot read \(name): \(ProfileFile.errorText())")
        }
        self.name = name
        self.handle = handle
        pieceBytes = TraceSource.pieceBytes
    }

    deinit { if handle !== FileHandle.standardInput { try? handle.close() } }

    func next() throws -> Record? {
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

    var problems: ([String], Int) { (reader.problems.map { "\($0)" }, reader.problemCount) }
}

/// Packets of senders that connect.
private final class PacketContent {
    /// Bytes of a packet that are taken. `loadline` sends no more than
    /// `DatagramEncoder.readerBytes`; the public collector sends what a record takes.
    static let packetBytes = 1 << 18
    /// How long a stop may go unseen; milliseconds.
    static let stopInterval: Int32 = 200

    private let listener: PacketListener
    private var sender: PacketSocket?
    private var decoder = DatagramDecoder()
    private var buffer = [UInt8](repeating: 0, count: PacketContent.packetBytes)
    private var isAtEnd = false
    private var packets = 0
    private(set) var problems: [String] = []
    private(set) var problemCount = 0

    init(_ path: String) throws {
        do throws(SocketProblem) {
            listener = try PacketListener(at: path)
        } catch {
            throw FileProblem("cannot listen at \(error)")
        }
        // From here on a stop ends the reading and not the program, which has results to give.
        Stop.catchSignals()
    }

    func next() throws -> Record? {
        while !isAtEnd {
            if Stop.isRequested {
                isAtEnd = true
            } else if sender == nil {
                try accept()
            } else if let record = receive() {
                return record
            }
        }
        sender = nil
        return nil
    }

    private func accept() throws {
        do throws(SocketProblem) {
            sender = try listener.accept(milliseconds: Self.stopInterval)
        } catch {
            throw FileProblem("cannot take a sender at \(error)")
        }
    }

    /// The record of the next packet; nil where there is none, or it has none.
    private func receive() -> Record? {
        switch sender?.receive(into: &buffer) {
        case nil: return nil
        case .nothing:
            sender?.waitToReceive(milliseconds: Self.stopInterval)
            return nil
        case .gone(let reason):
            sender = nil
            if let reason { note("the connection broke: \(reason)") }
            // Who connects and says nothing only looked whether somebody is here.
            isAtEnd = packets > 0
            return nil
        case .packet(let count):
            packets += 1
            return record(ofBytes: count)
        }
    }

    private func record(ofBytes count: Int) -> Record? {
        guard count <= buffer.count else {
            note(
                "packet \(packets) of \(count) bytes is larger than the \(buffer.count) bytes that "
                    + "are taken of one")
            return nil
        }
        do throws(DatagramProblem) {
            return try decoder.decode(buffer, upTo: count)
        } catch {
            note("packet \(packets) of \(count) bytes: \(error.detail)")
            return nil
        }
    }

    private func note(_ problem: String) {
        problemCount += 1
        if problems.count < TraceLimits.problems { problems.append(problem) }
    }
}
