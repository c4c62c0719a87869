import Agent
import ContainerHarness
import Kernel

/// How many raw system calls stand behind one flow record.
struct RecordsBenchmark {
    private static let aim = 100.0
    private let calls: UInt64
    private let records: Int
    private let requests: Double
    private let seconds: Int

    init(_ plan: Plan, _ rig: Rig) throws {
        try rig.checkInterrupt()
        seconds = plan.recordSeconds
        say("recording nginx for \(seconds) s")
        let container = rig.container(.nginx)
        let trace = rig.folder + "/counted.sf"
        let record = try LoadlineProcess(
            rig.loadline, ["record", "--container", container.id, "-o", trace])
        try record.waitFor("recording ")
        let level = container.cgroupPath.split(separator: "/").count
        let counter = try SystemCallCounter(cgroupID: try container.cgroupID(), level: level)
        let served = try Load.nginx(container, seconds: seconds)
        calls = try counter.count()
        guard try record.stop() == 0 else {
            throw HarnessError("loadline record failed: \(record.output)")
        }
        var count = 0
        let problems = try Traces.read([trace]) { _ in count += 1 }
        guard problems.isEmpty else {
            throw HarnessError("the recording is damaged: \(problems[0].text)")
        }
        records = count
        requests = served.requests
    }

    func report(to report: inout Report) {
        let ratio = Double(calls) / Double(max(1, records))
        report.add("## System calls a record")
        report.add(
            """
            \(seconds) s of nginx under wrk, \(text(requests, 0)) requests: \
            \(grouped(Int(calls))) system calls by the container (counted by a tracepoint of its \
            own), \(grouped(records)) records in the file: **\(text(ratio, 0))** system calls a \
            record. Aim: \(text(Self.aim, 0)) or more: \(ratio >= Self.aim ? "reached" : "missed").
            """)
    }
}
