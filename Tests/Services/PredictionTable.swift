import ContainerHarness
import Foundation
import Glibc

/// The rows of all services: written by held-out runs, read for the document.
struct HeldOutFile {
    private static let title =
        "service\tdimension\tdraws\tunseen\tbound\tdraws held out\tdraws with something new"
        + "\tdeviations\trun"
    static let columns = 9

    private let directory: String
    private var path: String { directory + "/held-out.tsv" }
    init(directory: String) { self.directory = directory }

    /// Columns as in the title.
    func lines() -> [[String]] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Several write it at a time: each has it for itself from reading it on.
    func replace(_ rows: [Prediction.Row], of service: String) throws {
        let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, flock(folder, LOCK_EX) == 0 else {
            throw HarnessError("\(directory) cannot be locked: error \(errno)")
        }
        defer { close(folder) }
        let others = lines().filter { $0.first != service }
        let all = others + rows.map { $0.line.split(separator: "\t").map(String.init) }
        let order = StockServices.names
        let sorted = order.flatMap { name in all.filter { $0.first == name } }
        let text = ([Self.title] + sorted.map { $0.joined(separator: "\t") })
            .joined(separator: "\n")
        try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// The table of a document, between two marks.
struct PredictionTable {
    private static let marks = ("<!-- held out: begin -->\n", "<!-- held out: end -->")

    private let directory: String
    init(directory: String) { self.directory = directory }

    func write(into file: String) throws {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        guard let begin = text.range(of: Self.marks.0), let end = text.range(of: Self.marks.1),
            begin.upperBound <= end.lowerBound
        else { throw HarnessError("\(file) has not the marks \(Self.marks)") }
        let before = text[..<begin.upperBound]
        let new = before + "\n" + table() + "\n" + text[end.lowerBound...]
        try String(new).write(toFile: file, atomically: true, encoding: .utf8)
    }

    private func table() -> String {
        let rows = HeldOutFile(directory: directory).lines()
            .filter { $0.count == HeldOutFile.columns }
        let runs = StockServices.names.map { name in
            let row = rows.first { $0[0] == name }
            return "| \(name) | \(row?[7] ?? "") | \(row?[8] ?? "not held out yet") |"
        }
        var held = 0
        let lines = rows.map { row in
            let rate = (Double(row[6]) ?? 0) / max(1, Double(row[5]) ?? 0)
            let isHeld = rate <= Double(row[4]) ?? 0
            held += isHeld ? 1 : 0
            return "| \(row[0]) \(row[1]) | \(row[2]) | \(rounded(row[3])) | \(rounded(row[4])) | "
                + "\(row[5]) | \(row[6]) | \(rounded(String(rate))) | \(isHeld ? "yes" : "**no**") |"
        }
        return """
            | service | deviations | run |
            |---|---|---|
            \(runs.joined(separator: "\n"))

            | service, dimension | draws | unseen | bound | draws held out | new | observed | held |
            |---|---|---|---|---|---|---|---|
            \(lines.joined(separator: "\n"))

            \(held) of \(rows.count) bounds held.

            """
    }

    private func rounded(_ number: String) -> String {
        String(format: "%.4f", Double(number) ?? 0)
    }
}
