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
    /// As it was given.
    public let name: String
    private let content: Content

    private enum Content {
        case file(TraceReading)
        case packets(PacketContent)
    }

    /// - Throws: `FileProblem` where it cannot be opened.
    public init(_ name: String) throws {
        self.name = name
        if name.hasPrefix(Self.socketPrefix) {
            content = .packets(try PacketContent(String(name.dropFirst(Self.socketPrefix.count))))
        } else {
            content = .file(try TraceReading(name))
        }
    }

    /// What the name of a socket begins with.
    public static let socketPrefix = "unix:"

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
            case .file(let file): (file.problems, file.problemCount)
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
