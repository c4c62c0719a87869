import Export
import Foundation
import Query
import SysFlow

/// Prints whole files into memory.
struct Printing {
    var output: [UInt8]
    var problems: [Problem]
    var printed: Int
    var unresolved: EntityTables.Unresolved

    /// - Parameter piece: bytes given to the reader at once.
    init(
        _ file: [UInt8], _ printer: RecordPrinter, where condition: String? = nil,
        limit: Int? = nil, piece: Int = 1 << 20
    ) throws {
        let condition = try condition.map { try Condition(parsing: $0) }
        var print = TracePrint(printer, where: condition, limit: limit)
        var collected: [UInt8] = []
        print.begin()
        var start = 0
        while start < file.count {
            let end = min(start + piece, file.count)
            try print.feed(Array(file[start..<end])) { collected += $0 }
            start = end
        }
        try print.end { collected += $0 }
        print.flush { collected += $0 }
        output = collected
        problems = print.problems
        printed = print.printed
        unresolved = print.unresolved
    }

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.components(separatedBy: "\n").filter { !$0.isEmpty } }
}
