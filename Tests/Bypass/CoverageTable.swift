import ContainerHarness
import Foundation

/// docs/coverage.md: what becomes of each bypass, by kernel and attach mode.
struct CoverageTable {
    private let reports: [KernelReport]

    init(files: [String]) throws {
        reports = try files.map {
            try JSONDecoder().decode(
                KernelReport.self, from: Data(contentsOf: URL(filePath: $0)))
        }
    }

    func write(to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    private var text: String {
        var lines = [
            "# Coverage", "",
            "Made by `make test-kernels`: each way around is a real act in a real container. It is",
            "tried without loadline, then under a profile that was learned with it (it must go",
            "through, and nothing is said), then under one that was learned without.", "",
            "- **denied**: the call failed; nothing happened.",
            "- **killed**: the process died before the act had an effect.",
            "- **killed after effect**: it happens, and the process is killed for it at once, which is",
            "  said; it is not stopped, and why stands below.",
            "- **flagged**: it happens, is said, and is known; why stands below.",
            "- **open**: it happens without a word, and is known; why stands below.", "",
        ]
        lines.append(
            "| | way around | "
                + reports.map { "\($0.kernel) `\($0.mode.rawValue)`" }.joined(separator: " | ")
                + " |")
        lines.append("|---|---|" + String(repeating: "---|", count: reports.count))
        var reasons: [String] = []
        for (index, first) in (reports.first?.results ?? []).enumerated() {
            var cells: [String] = []
            for report in reports {
                guard report.results.indices.contains(index) else { continue }
                let result = report.results[index]
                var cell = result.outcome == .failed ? "FAILED" : result.outcome.rawValue
                if [.open, .flagged, .killedAfter].contains(result.outcome) {
                    if !reasons.contains(result.detail) { reasons.append(result.detail) }
                    cell += " (\((reasons.firstIndex(of: result.detail) ?? 0) + 1))"
                }
                cells.append(cell)
            }
            lines.append(
                "| \(first.group) | \(first.summary) | \(cells.joined(separator: " | ")) |")
        }
        lines.append("")
        for (index, reason) in reasons.enumerated() { lines.append("\(index + 1). \(reason).") }
        return lines.joined(separator: "\n") + "\n"
    }
}
