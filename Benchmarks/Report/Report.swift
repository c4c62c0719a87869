import Foundation

/// What was measured, in Markdown; printed as it comes and written at the end.
struct Report {
    private var parts: [String] = []

    mutating func add(_ part: String) {
        parts.append(part)
        FileHandle.standardOutput.write(Data((part + "\n\n").utf8))
    }

    func write(to path: String) throws {
        try (parts.joined(separator: "\n\n") + "\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// Says what is being done, beside the report.
func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
