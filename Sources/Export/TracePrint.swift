public import Query
public import SysFlow

/// Prints SysFlow files: reads them piece by piece, joins, selects and prints. What is held is
/// bounded by `TraceLimits`, `EntityLimits` and the pieces' size.
///
///     var print = TracePrint(RecordPrinter(.flat), where: nil, limit: nil)
///     print.begin()
///     for piece in pieces { try print.feed(piece, write) }
///     try print.end(write)
///     for problem in print.problems { ... }
public struct TracePrint: ~Copyable, Sendable {
    private var printer: RecordPrinter
    private let condition: Condition?
    private let limit: Int
    private var tables = EntityTables()
    private var reader = RecordReader()
    /// Where events and flows are joined, one after the other.
    private var occurrence = Occurrence()
    /// The events and flows of the file, printed or not.
    private var number = 0

    /// Events and flows that were printed, of all files.
    public private(set) var printed = 0
    /// The limit is reached: nothing more is printed.
    public var isComplete: Bool { printed >= limit }

    /// - Parameters:
    ///   - condition: only what it holds of is printed; nil for all.
    ///   - limit: how many events and flows are printed at most; nil for all.
    public init(_ printer: RecordPrinter, where condition: Condition?, limit: Int?) {
        self.printer = printer
        self.condition = condition
        self.limit = limit ?? .max
    }

    /// Another file begins.
    public mutating func begin() {
        reader = RecordReader()
        tables.reset()
        number = 0
    }

    /// Prints what the next piece of the file completes. `write` is called with chunks of about
    /// `RecordPrinter.chunkBytes`; `flush` writes the rest.
    ///
    /// - Throws: `ReadError` if this is no file that can be read: feeding on is useless; and what
    ///   `write` throws.
    public mutating func feed(_ piece: [UInt8], _ write: (ArraySlice<UInt8>) throws -> Void) throws
    {
        try reader.feed(piece)
        try printAll(write)
    }

    /// Prints what is left when the file has no more pieces.
    ///
    /// - Throws: as `feed` does.
    public mutating func end(_ write: (ArraySlice<UInt8>) throws -> Void) throws {
        try reader.finish()
        try printAll(write)
    }

    /// Writes what was printed and not yet written.
    public mutating func flush(_ write: (ArraySlice<UInt8>) throws -> Void) rethrows {
        guard printer.outputCount > 0 else { return }
        try write(printer.output)
        printer.removeOutput()
    }

    /// What was lost of the file so far.
    public var problems: [Problem] { reader.problems }
    /// All problems of the file, those included that are not in `problems`.
    public var problemCount: Int { reader.problemCount }
    /// Over all files.
    public var unresolved: EntityTables.Unresolved { tables.unresolved }
    /// Entities of all files that were forgotten for lack of room.
    public var forgotten: Int { tables.forgotten }

    private mutating func printAll(_ write: (ArraySlice<UInt8>) throws -> Void) throws {
        while printed < limit, let record = reader.next() { try take(record, write) }
    }

    /// Prints a record that something else has read.
    ///
    /// - Throws: what `write` throws.
    public mutating func take(
        _ record: Record, _ write: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        guard tables.join(record, into: &occurrence) else { return }
        defer { number += 1 }
        if let condition, !condition.holds(of: occurrence, in: tables, number: number) { return }
        printer.append(occurrence, in: tables, number: number)
        printed += 1
        if printer.outputCount >= RecordPrinter.chunkBytes { try flush(write) }
    }
}
