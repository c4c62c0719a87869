import ArgumentParser
import ContainerHarness
import Foundation
import Kernel

/// Measures what loadline costs and prints it as Markdown. `Benchmarks/run` builds and calls it.
@main
struct Benchmarks: ParsableCommand {
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case overhead, programs, records, memory, decision, pipeline, traces, learning
    }

    static let configuration = CommandConfiguration(
        abstract: "Measures what loadline costs. Needs root, and a machine that does nothing else.")

    @Option(
        help: ArgumentHelp("The program loadline; default: beside this one.", valueName: "file"))
    var loadline: String?

    @Option(help: ArgumentHelp("The program SyscallLoop, likewise.", valueName: "file"))
    var loop: String?

    @Option(help: ArgumentHelp("The package; the traces lie beside it.", valueName: "dir"))
    var root = "."

    @Flag(help: "Two minutes, to see that everything works; the figures are noise.")
    var quick = false

    @Option(parsing: .upToNextOption, help: "The parts to run; default: all.")
    var only: [Part] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only this: recordings of one container each, to try completeness on.",
            valueName: "file"))
    var predict: [String] = []

    @Option(name: [.short, .long], help: ArgumentHelp("Write it here too.", valueName: "file"))
    var output: String?

    func run() throws {
        Stop.catchSignals()
        let plan = quick ? Plan.quick : Plan.full
        var report = Report()
        if !predict.isEmpty { return try PredictionBenchmark(predict).report(to: &report) }
        report.add("# Benchmarks")
        report.add(
            "Made by `Benchmarks/run\(quick ? " --quick" : "")`"
                + (quick ? ". **A quick run: these figures are noise.**" : "."))
        report.add(Machine.description)
        try runInContainers(plan, &report)
        if asks(.memory) { try MemoryBenchmark(plan, program("loadline")).report(to: &report) }
        if asks(.decision) {
            try KernelDecisionBenchmark(plan).report(to: &report)
            try DecisionBenchmark(plan).report(to: &report)
        }
        if asks(.pipeline) { PipelineBenchmark(plan).report(to: &report) }
        if asks(.learning) {
            try LearningBenchmark(plan, loadline: program("loadline")).report(to: &report)
        }
        if asks(.traces) {
            try TraceBenchmark(plan, loadline: program("loadline"), root: root)
                .report(to: &report)
        }
        if let output { try report.write(to: output) }
    }

    private func runInContainers(_ plan: Plan, _ report: inout Report) throws {
        guard asks(.overhead) || asks(.programs) || asks(.records) else { return }
        let rig = try Rig(loadline: program("loadline"), loop: program("SyscallLoop"))
        defer { rig.delete() }
        let loads = MeasuredLoad.all(plan)
        try rig.learn(loads)
        if asks(.overhead) { try OverheadBenchmark(loads, plan, rig).report(to: &report) }
        if asks(.programs) { try ProgramTimes(loads, rig).report(to: &report) }
        if asks(.records) { try RecordsBenchmark(plan, rig).report(to: &report) }
    }

    private func asks(_ part: Part) -> Bool { only.isEmpty || only.contains(part) }

    private func program(_ name: String) -> String {
        let given = name == "loadline" ? loadline : loop
        if let given { return given }
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (own as NSString).deletingLastPathComponent + "/" + name
    }
}
