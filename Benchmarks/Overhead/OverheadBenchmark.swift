import ContainerHarness
import Kernel

/// What loadline costs a container, measured in turn with runs without it: one of each condition
/// a round, so that what drifts on the machine falls on all alike.
struct OverheadBenchmark {
    enum Condition: CaseIterable {
        /// No loadline runs, nothing is attached.
        case without
        /// The container is watched: its profile is enforced, its flows are recorded.
        case watched
        /// Another container is watched so.
        case other
        /// No loadline, but an empty program at every system call's return.
        case floor
    }

    private var times: [String: [Condition: Series]] = [:]
    /// The agent's CPU time as a share of the watched load's.
    private var agentShares: [String: Series] = [:]
    private var agentSeconds: [String: Series] = [:]
    private var agentResident = Series()
    private let loads: [MeasuredLoad]
    private let rounds: Int

    init(_ loads: [MeasuredLoad], _ plan: Plan, _ rig: Rig) throws {
        self.loads = loads
        rounds = plan.rounds
        for round in 1...plan.rounds {
            for load in loads {
                say("round \(round) of \(plan.rounds): \(load.name)")
                for condition in Condition.allCases { try measure(load, condition, rig) }
            }
        }
    }

    private mutating func measure(
        _ load: MeasuredLoad, _ condition: Condition, _ rig: Rig
    ) throws {
        try rig.checkInterrupt()
        let figures: MeasuredLoad.Figures
        switch condition {
        case .without: figures = try load.run(rig)
        case .watched: figures = try watched(load, rig)
        case .other:
            let other: Rig.Place = load.place == .loop ? .nginx : .loop
            figures = try rig.watching(other) { _ in try load.run(rig) }
        case .floor:
            guard load.place == .loop else { return }
            let program = try EmptyProgram()
            figures = try withExtendedLifetime(program) { try load.run(rig) }
        }
        times[load.name, default: [:]][condition, default: Series()].add(figures.nanoseconds)
    }

    private mutating func watched(
        _ load: MeasuredLoad, _ rig: Rig
    ) throws -> MeasuredLoad.Figures {
        var used = 0.0
        var resident = 0
        let clock = ContinuousClock()
        var length = Duration.zero
        let figures = try rig.watching(load.place) { watch in
            let before = try ProcessUsage(pid: watch.processIdentifier)
            let begin = clock.now
            let figures = try load.run(rig)
            length = clock.now - begin
            let after = try ProcessUsage(pid: watch.processIdentifier)
            used = after.cpuSeconds - before.cpuSeconds
            resident = after.residentBytes
            return figures
        }
        agentSeconds[load.name, default: Series()].add(used)
        agentShares[load.name, default: Series()].add(100 * used / (length / .seconds(1)))
        agentResident.add(Double(resident))
        return figures
    }

    // MARK: Report

    private func series(_ load: MeasuredLoad, _ condition: Condition) -> Series {
        times[load.name]?[condition] ?? Series()
    }

    private func ratio(_ load: MeasuredLoad, _ condition: Condition) -> Double? {
        let without = series(load, .without).median
        let with = series(load, condition).median
        return without > 0 && with > 0 ? with / without : nil
    }

    func report(to report: inout Report) {
        report.add("## What a watched container pays")
        report.add(
            """
            Time with loadline divided by time without, each the median of \(rounds) runs that \
            took turns. *watched*: the profile is enforced and the flows are recorded. *another \
            is watched*: the same load in a container that loadline does not watch while it does \
            so with another. *floor*: no loadline, but an empty program at every system call's \
            return, less than which no sensor there can cost. Falco (default rules) and the \
            SysFlow collector: published figures, from such a machine; both only watch.
            """)
        report.add(ratios)
        report.add("The times behind these, of one act in nanoseconds: least, median and most.")
        report.add(timesTable)
        report.add("## What the agent itself uses")
        report.add(
            """
            User and system time of the `loadline` process while the load ran; its resident \
            memory at the end of a load: \(text(agentResident.median / 1_048_576, 1)) MiB \
            (most: \(text(agentResident.most / 1_048_576, 1)) MiB).
            """)
        report.add(agentTable)
    }

    private var ratios: String {
        var table = Table([
            "load", "watched", "aim", "", "another is watched", "floor", "Falco",
            "SysFlow collector",
        ])
        let show = { (ratio: Double?) in ratio.map { text($0, 3) } ?? "" }
        for load in loads {
            let watched = ratio(load, .watched) ?? 0
            table.add([
                load.name, text(watched, 3), text(load.aim, 2),
                watched <= load.aim ? "reached" : "missed", show(ratio(load, .other)),
                show(ratio(load, .floor)), text(load.falco, 2), text(load.sysflow, 2),
            ])
        }
        return table.text
    }

    private var timesTable: String {
        var table = Table(["load, one", "without", "watched", "another is watched", "floor"])
        let show = { (series: Series) in
            series.values.isEmpty
                ? ""
                : [series.least, series.median, series.most].map { text($0, 0) }
                    .joined(separator: " / ")
        }
        for load in loads {
            table.add(
                ["\(load.name), \(load.act)"]
                    + Condition.allCases.map { show(series(load, $0)) })
        }
        return table.text
    }

    private var agentTable: String {
        var table = Table(["load", "CPU seconds (median)", "share of one core"])
        for load in loads {
            table.add([
                load.name, text(agentSeconds[load.name]?.median ?? 0, 2),
                text(agentShares[load.name]?.median ?? 0, 1) + " %",
            ])
        }
        return table.text
    }
}
