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
            "- **open**: it happens without a word, and is known; why stands below.",
            "- **not there**: this kernel cannot do it, whoever asks; why stands below.",
            "- **allowed**: it is no way around, and its profile has it: it goes through.",
            "- \\*: it was not tried under a profile that has it.", "",
            "A kernel or attach mode that has no column here was not tried.", "",
        ]
        lines.append(
            "| | way around | "
                + reports.map { "\($0.kernel) `\($0.mode.rawValue)`" }.joined(separator: " | ")
                + " |")
        lines.append("|---|---|" + String(repeating: "---|", count: reports.count))
        var reasons: [String] = []
        for bypass in BypassRun.all(PerlService()) {
            let cells = reports.map { report in
                guard let result = report.results.first(where: { $0.is(bypass) }) else {
                    return "not tried"
                }
                guard result.outcome != .failed else { return "FAILED" }
                var cell = result.outcome.rawValue
                if [.open, .flagged, .killedAfter, .absent].contains(result.outcome) {
                    if !reasons.contains(result.detail) { reasons.append(result.detail) }
                    cell += " (\((reasons.firstIndex(of: result.detail) ?? 0) + 1))"
                }
                return result.isTwinAllowed == nil ? cell + " *" : cell
            }
            lines.append(Self.row(bypass) + cells.joined(separator: " | ") + " |")
        }
        lines.append("")
        for (index, reason) in reasons.enumerated() { lines.append("\(index + 1). \(reason).") }
        return (lines + equality).joined(separator: "\n") + "\n"
    }

    /// Where the kernel's decision was compared with Swift's.
    private var equality: [String] {
        let compared = reports.compactMap { report in
            report.equality.map { equality in
                let problem = equality.complaints.isEmpty ? "" : ", NOT ALIKE"
                return
                    "| \(report.kernel) `\(report.mode.rawValue)` | \(equality.cases)\(problem) |"
            }
        }
        guard !compared.isEmpty else { return [] }
        return [
            "", "## Kernel and Swift", "",
            "Random profiles were put into the kernel and questions near the borders of their rules",
            "asked of it and of `PolicyWalker`, in all dimensions, both phases and all sizes of",
            "programs. They decide alike:", "", "| kernel | questions |", "|---|---|",
        ] + compared
    }

    /// How a way around's row begins.
    private static func row(_ bypass: Bypass) -> String {
        "| \(bypass.group) | \(bypass.attack.summary) | "
    }

    /// Rows of a written table that nothing is tried for any more, and what is tried and has none.
    static func complaints(of path: String, _ bypasses: [Bypass]) throws -> [String] {
        let table = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n## ")[0]
        let rows = table.split(separator: "\n")
            .filter { $0.hasPrefix("| ") && !$0.hasPrefix("| | way") }
        let remedy = "write it anew: make test-kernels"
        var lines = bypasses.map(row).filter { row in !rows.contains { $0.hasPrefix(row) } }
            .map { "\(path) has no row \($0)...: \(remedy)" }
        lines += rows.filter { row in !bypasses.contains { row.hasPrefix(Self.row($0)) } }
            .map { "\(path): nothing is tried for the row \($0): \(remedy)" }
        return lines
    }
}

extension BypassResult {
    fileprivate func `is`(_ bypass: Bypass) -> Bool {
        group == bypass.group && name == bypass.attack.name
    }
}
