internal import Export

/// When a recording goes on in a new file; what is nil does not count.
public struct Rotation: Hashable, Sendable {
    /// Time since the file's beginning.
    public var nanoseconds: UInt64?
    /// Size of the file. It is looked at after each block, so a file is larger than this by less
    /// than a block of `RecordWriter.syncInterval` bytes.
    public var bytes: UInt64?

    public init(nanoseconds: UInt64? = nil, bytes: UInt64? = nil) {
        self.nanoseconds = nanoseconds
        self.bytes = bytes
    }
}

/// The names of a rotated recording's files. Of `web.sf`: `web.partial` while it is written, then
/// `web.20261121T235857.123Z.sf`, by the time of its beginning: sorted by name is sorted by time.
struct RotatedNames: Hashable, Sendable {
    private static let millisecond: Int64 = 1_000_000

    private let stem: String
    /// Of the last name that was taken, in milliseconds since the epoch.
    private var last: Int64?

    init(output: String) {
        stem = output.hasSuffix(".sf") ? String(output.dropLast(3)) : output
    }

    var partial: String { stem + ".partial" }

    /// A file's name that was not given before and sorts behind all that were, also if the clock
    /// was set back.
    ///
    /// - Parameter time: of its beginning, nanoseconds since the epoch.
    mutating func next(_ time: Int64) -> String {
        let milliseconds = max(time / Self.millisecond, (last ?? .min) &+ 1)
        last = milliseconds
        return "\(stem).\(Self.text(milliseconds)).sf"
    }

    /// Of an unfinished file that a recording before this one left behind.
    func abandoned(_ time: Int64) -> String {
        "\(stem).\(Self.text(time / Self.millisecond)).partial"
    }

    private static func text(_ milliseconds: Int64) -> String {
        Timestamp.iso8601(milliseconds * millisecond).filter { $0 != "-" && $0 != ":" }
    }
}
