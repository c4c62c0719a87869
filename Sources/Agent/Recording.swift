public import SysFlow

/// Where `record` puts its records: a file or several by rotation, a stream, or both.
///
/// The file's failure ends the recording. Nothing that a stream's reader does ends it.
public final class Recording {
    public struct Options: Hashable, Sendable {
        /// The SysFlow file to write.
        public var output: String?
        /// Several files instead of one; asks for `output`.
        public var rotation: Rotation?
        /// The UNIX socket whose listener gets the records.
        public var stream: String?
        /// Of the files; a stream is version 5.
        public var dialect: Dialect
        public var codec: Codec

        public init(
            output: String? = nil, rotation: Rotation? = nil, stream: String? = nil,
            dialect: Dialect = .loadline, codec: Codec = .deflate
        ) {
            self.output = output
            self.rotation = rotation
            self.stream = stream
            self.dialect = dialect
            self.codec = codec
        }
    }

    private static let exporter = "loadline"

    private let options: Options
    private let file: TraceFile?
    private let rotated: RotatingTraceFile?
    private let stream: StreamWriter?
    /// The file's first failure.
    private var failure: (any Error)?

    /// Something to tell at once: a stream's reader came or went.
    public var onNote: ((String) -> Void)?

    /// - Throws: where the file cannot be written, or no socket can have the stream's path.
    public init(_ options: Options) throws {
        self.options = options
        stream = try options.stream.map { try StreamWriter(path: $0, exporter: Self.exporter) }
        if let output = options.output, let rotation = options.rotation {
            rotated = try RotatingTraceFile(
                path: output, rotation: rotation, exporter: Self.exporter,
                dialect: options.dialect, codec: options.codec)
            file = nil
        } else {
            rotated = nil
            file = try options.output.map {
                try TraceFile(
                    path: $0, exporter: Self.exporter, dialect: options.dialect,
                    codec: options.codec)
            }
        }
        stream?.onChange = { [unowned self] isThere, detail in
            onNote?("stream \(options.stream ?? ""): \(isThere ? "" : "no reader: ")\(detail)")
        }
        if let kept = rotated?.abandoned {
            earlyNotes.append("\(kept): left behind by a recording that did not end")
        }
    }

    /// What there is to tell at the beginning.
    public private(set) var earlyNotes: [String] = []

    /// Records in the files, else those that the stream was given.
    public var records: Int {
        file?.records ?? rotated?.records ?? stream?.statistics.given ?? 0
    }

    /// Takes a record. A file's failure comes out of the next `turn`.
    public func append(_ record: Record) {
        stream?.append(record)
        guard failure == nil else { return }
        do {
            try file?.append(record)
            try rotated?.append(record)
        } catch {
            failure = error
        }
    }

    /// What the sensor lost of a container, for the end of its records.
    public func append(_ losses: Losses, of container: WatchedContainer) {
        for loss in losses.records(of: container) { append(.loss(loss)) }
    }

    /// To be called some times a second.
    public func turn() throws {
        stream?.turn()
        if let failure { throw failure }
        try rotated?.turn()
    }

    /// Ends files and stream.
    public func close() throws {
        stream?.close()
        if let failure { throw failure }
        try file?.close()
        try rotated?.close()
    }

    /// What was recorded, and what was not: a line for each. For the end.
    ///
    /// - Parameter container: the container's name.
    public func summary(of container: String) -> [String] {
        var lines: [String] = []
        if let output = options.output {
            let files = rotated.map { " in \($0.files) files" } ?? ""
            lines.append("\(output): \(records) records of \(container)\(files)")
        }
        lines += omissions()
        if let stream { lines += Self.summary(of: stream, container) }
        return lines
    }

    private func omissions() -> [String] {
        let omissions = file?.omissions ?? rotated?.omissions ?? Omissions()
        var lines = omissions.lines.map { "left out: \($0)" }
        if let missing = rotated?.withoutEntity, missing > 0 {
            lines.append("lost: \(missing) records whose process or file was forgotten at a limit")
        }
        if let parents = rotated?.parentsLeftOut, parents > 0 {
            lines.append("left out: \(parents) parents of repeated processes, forgotten at a limit")
        }
        return lines
    }

    private static func summary(of stream: StreamWriter, _ container: String) -> [String] {
        let counts = stream.statistics
        var lines = [
            "stream \(stream.path): \(counts.sent) of \(counts.given) records of \(container) sent "
                + "to \(counts.readers) readers, one after the other"
        ]
        if counts.readers == 0 { lines[0] += " (\(stream.lastProblem))" }
        if counts.repeated > 0 {
            lines.append("stream: \(counts.repeated) containers, processes and files repeated")
        }
        if counts.leftOut > 0 {
            lines.append(
                "stream: left out: \(counts.leftOut) records for which SysFlow version 5 has no "
                    + "room: IPv6 flows and events, losses")
        }
        if counts.parentsLeftOut > 0 {
            lines.append(
                "stream: left out: \(counts.parentsLeftOut) parents of processes, forgotten at a "
                    + "limit")
        }
        let losses = [
            (counts.overflowed, "no reader took them in time"),
            (counts.oversized, "larger than a reader's \(DatagramEncoder.readerBytes) bytes"),
            (counts.withoutEntity, "their process or file was forgotten at a limit, or too large"),
        ]
        for (count, cause) in losses where count > 0 {
            lines.append("stream: lost: \(count) records: \(cause)")
        }
        return lines
    }
}
