@testable import SysFlow

/// All that reading a file gives.
struct Reading: Equatable {
    var records: [Record] = []
    var error: ReadError?
    var problems: [Problem] = []
    var problemCount = 0
    var statistics = RecordReader.Statistics()

    /// Records kept for comparing: a small file can hold very many that take no bytes.
    static let most = 20_000

    private mutating func take(_ reader: inout RecordReader) {
        while let record = reader.next() {
            if records.count < Self.most { records.append(record) }
        }
    }

    private mutating func end(_ reader: borrowing RecordReader) {
        problems = reader.problems
        problemCount = reader.problemCount
        statistics = reader.statistics
    }

    /// - Parameter size: of a piece, at least 1.
    init(_ file: [UInt8], inPiecesOf size: Int, _ reader: consuming RecordReader) {
        do throws(ReadError) {
            var position = 0
            while position < file.count {
                let end = min(position + size, file.count)
                try reader.feed(Array(file[position..<end]))
                take(&reader)
                position = end
            }
            try reader.finish()
            take(&reader)
        } catch {
            self.error = error
        }
        end(reader)
    }

    init(wholeOf file: [UInt8], _ reader: consuming RecordReader) {
        do throws(ReadError) {
            try reader.feed(file)
            try reader.finish()
            take(&reader)
        } catch {
            self.error = error
        }
        end(reader)
    }

    /// Reads a file both ways and sees that they agree and that the counts hold.
    ///
    /// - Parameters:
    ///   - pieces: sizes of pieces to try.
    ///   - reader: what reads it.
    static func check(
        _ file: [UInt8], pieces: [Int], by reader: () -> RecordReader = { RecordReader() }
    ) {
        let whole = Reading(wholeOf: file, reader())
        for size in pieces {
            let reading = Reading(file, inPiecesOf: size, reader())
            if reading.error != whole.error {
                broken("in pieces of \(size): \(text(reading.error)), whole: \(text(whole.error))")
            }
            // A file that cannot be read at all gives nothing: in pieces that shows later.
            guard whole.error == nil else { continue }
            if reading.records != whole.records {
                broken(
                    "in pieces of \(size): \(reading.records.count) records, whole: "
                        + "\(whole.records.count), and they differ")
            }
            if reading.problems != whole.problems || reading.problemCount != whole.problemCount {
                broken("in pieces of \(size): \(reading.problems), whole: \(whole.problems)")
            }
            if reading.statistics != whole.statistics {
                broken("in pieces of \(size): \(reading.statistics), whole: \(whole.statistics)")
            }
        }
        if whole.problems.count > TraceLimits.problems || whole.problemCount < whole.problems.count
        {
            broken("\(whole.problems.count) problems of \(whole.problemCount)")
        }
        if whole.error != nil, !whole.records.isEmpty {
            broken("records of a file that cannot be read")
        }
    }

    private static func text(_ error: ReadError?) -> String { error.map { "\($0)" } ?? "no error" }
}
