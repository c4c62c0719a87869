import ContainerHarness
import Foundation

// Every known way around, tried on the kernel that runs:
//
//     Bypasses LOADLINE RESULT.json [--no-twins] [--one-of-each] [--mode=MODE] [PART-OF-A-NAME]
//
// Without twins an act is not tried under a profile that has it; where the mode is given, `loadline
// doctor` is not asked, which takes minutes in an emulated kernel. Compares the kernel's decision
// with Swift's, too. Prints a line for each and `N passed, N failed` at the end. Exit status 1
// where one failed.
// `Bypasses table OUTPUT.md RESULT.json...` writes docs/coverage.md from several kernels' results,
// `Bypasses check docs/coverage.md` says what stands there and is tried no more, or the reverse,
// `Bypasses costs RESULT.json...` what the verifier went through into Tests/Bypass/verifier-cost.tsv.

do {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "table", arguments.count >= 3 {
        try CoverageTable(files: Array(arguments[2...])).write(to: arguments[1])
        exit(0)
    }
    if arguments.first == "costs", arguments.count >= 2 {
        try VerifierCost.record(files: Array(arguments.dropFirst()))
        exit(0)
    }
    if arguments.first == "check", arguments.count == 2 {
        let stale = try CoverageTable.complaints(of: arguments[1], BypassRun.all(PerlService()))
        for line in stale { print(line) }
        exit(stale.isEmpty ? 0 : 1)
    }
    guard arguments.count >= 2, let scope = BypassScope(Array(arguments.dropFirst(2))) else {
        FileHandle.standardError.write(
            Data(
                ("usage: Bypasses LOADLINE RESULT.json [--no-twins] [--alone] [--one-of-each] "
                    + "[--mode=MODE] [NAME]\n"
                    + "       Bypasses table OUTPUT RESULT... | check TABLE | costs RESULT...\n")
                    .utf8))
        exit(2)
    }
    let report = try KernelReport.run(loadline: arguments[0], scope, writingTo: arguments[1])
    try report.write(to: arguments[1])
    // What failed comes last: who keeps only an output's end is told.
    let (good, bad) = (
        report.results.filter { $0.outcome != .failed },
        report.results.filter { $0.outcome == .failed }
    )
    for result in good + bad {
        print("\(result.outcome.rawValue)  \(result.group) \(result.name): \(result.detail)")
    }
    let tooCostly =
        scope.mode == nil ? try VerifierCost.recorded().complaints(of: report) : []
    for complaint in tooCostly { print("failed  verifier cost: \(complaint)") }
    let equality = report.equality
    for complaint in equality?.complaints ?? ["not compared"] {
        print("failed  kernel and Swift: \(complaint)")
    }
    if let equality, equality.complaints.isEmpty {
        print("kernel and Swift decide alike in \(equality.cases) cases")
    }
    if let returns = report.returns { print(returns.words) }
    let failed =
        bad.count + tooCostly.count + (equality.map { $0.complaints.isEmpty } == true ? 0 : 1)
    print(
        "\(report.kernel), \(report.mode.rawValue): "
            + "\(good.count) passed, \(failed) failed")
    exit(failed == 0 ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("bypasses: failed: \(error)\n".utf8))
    exit(1)
}
