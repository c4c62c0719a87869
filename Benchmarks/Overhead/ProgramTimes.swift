import ContainerHarness
import Kernel

/// Where the time in the kernel goes: how often each BPF program runs for one act of a load, and
/// for how long. A run of its own, as keeping count costs.
struct ProgramTimes {
    private struct Line {
        var load: MeasuredLoad
        var program: String
        var runs: Double
        var nanoseconds: Double
        var acts: Double
    }

    /// Programs with less than this share of a load's time are left out.
    private static let least = 0.01
    private var lines: [Line] = []

    init(_ loads: [MeasuredLoad], _ rig: Rig) throws {
        let measuring = try ProgramStatistics.enable()
        for load in loads {
            say("BPF run statistics: \(load.name)")
            let others = Set(try ProgramStatistics.all().map(\.id))
            try rig.watching(load.place) { _ in
                let before = try ProgramStatistics.all().filter { !others.contains($0.id) }
                let figures = try load.run(rig)
                let after = try ProgramStatistics.all().filter { !others.contains($0.id) }
                add(load, before, after, figures)
            }
        }
        _ = consume measuring
    }

    private mutating func add(
        _ load: MeasuredLoad, _ before: [ProgramStatistics], _ after: [ProgramStatistics],
        _ figures: MeasuredLoad.Figures
    ) {
        let old = Dictionary(uniqueKeysWithValues: before.map { ($0.id, $0) })
        var found: [Line] = []
        for program in after {
            guard let start = old[program.id], program.runs > start.runs else { continue }
            found.append(
                Line(
                    load: load, program: program.name, runs: Double(program.runs - start.runs),
                    nanoseconds: Double(program.nanoseconds - start.nanoseconds),
                    acts: figures.acts))
        }
        let all = found.reduce(0) { $0 + $1.nanoseconds }
        lines += found.filter { $0.nanoseconds >= all * Self.least }
            .sorted { $0.nanoseconds > $1.nanoseconds }
    }

    func report(to report: inout Report) {
        report.add("## Where the time goes")
        report.add(
            """
            BPF run statistics of loadline's programs in a watched container; keeping them adds \
            some 20 ns or more to each run. Runs are of the whole machine: the load's own tools \
            and the agent make system calls too, and those end at the first question.
            """)
        var table = Table(["load", "program", "runs an act", "ns a run", "ns an act"])
        for line in lines {
            table.add([
                line.load.name, line.program, text(line.runs / line.acts, 2),
                text(line.nanoseconds / line.runs, 0), text(line.nanoseconds / line.acts, 0),
            ])
        }
        report.add(table.text)
    }
}
