import ContainerHarness
import Foundation

/// What the kernel's verifier went through for each program, as it was recorded: what grows
/// unseen is refused one day, by the kernel that nobody tried.
struct VerifierCost {
    /// A kernel's series and attach mode, then the program.
    private var instructions: [String: [String: Int]] = [:]

    /// Growth that is let pass, and instructions that no program is too small to grow by.
    private static let growth = 1.10
    private static let slack = 100

    private static let file =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("verifier-cost.tsv")

    static func recorded() throws -> VerifierCost {
        var cost = VerifierCost()
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: "\t").map(String.init)
            guard words.count == 4, let count = Int(words[3]) else {
                throw HarnessError("\(file.path): `\(line)` is not kernel, mode, program, count")
            }
            cost.instructions[words[0] + "\t" + words[1], default: [:]][words[2]] = count
        }
        return cost
    }

    /// `6.12.111+deb12-amd64` is of the series 6.12.
    private static func key(_ report: KernelReport) -> String {
        let series = report.kernel.split(separator: ".").prefix(2).joined(separator: ".")
        return series + "\t" + report.mode.rawValue
    }

    /// What has grown, is new, or is gone. A kernel of which nothing is recorded has no complaints.
    func complaints(of report: KernelReport) -> [String] {
        guard let known = instructions[Self.key(report)] else {
            print("verifier cost of \(report.kernel): nothing is recorded of its series")
            return []
        }
        var found: [String] = []
        for (program, count) in report.verifiedInstructions.sorted(by: { $0.key < $1.key }) {
            guard let before = known[program] else {
                found.append("\(program) is not recorded: \(count) instructions")
                continue
            }
            if Double(count) > Double(before) * Self.growth, count > before + Self.slack {
                found.append("\(program): \(count) instructions, recorded \(before)")
            }
        }
        found += known.keys.filter { report.verifiedInstructions[$0] == nil }.sorted().map {
            "\($0) is recorded and was not loaded"
        }
        return found
    }

    /// Takes several kernels' results into the record; other kernels' lines stay.
    static func record(files: [String]) throws {
        var cost = try recorded()
        for path in files {
            let report = try JSONDecoder().decode(
                KernelReport.self, from: Data(contentsOf: URL(filePath: path)))
            guard !report.verifiedInstructions.isEmpty else {
                throw HarnessError("\(path): the verifier's costs were not asked for there")
            }
            cost.instructions[key(report)] = report.verifiedInstructions
        }
        var lines = [
            "# Instructions that the kernel's verifier went through: kernel, attach mode, program,",
            "# instructions. A growth of more than 10 % fails. Written by:",
            "# make test-kernels RECORD_COST=1",
        ]
        for (kernel, programs) in cost.instructions.sorted(by: { $0.key < $1.key }) {
            for (program, count) in programs.sorted(by: { $0.key < $1.key }) {
                lines.append("\(kernel)\t\(program)\t\(count)")
            }
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }
}
