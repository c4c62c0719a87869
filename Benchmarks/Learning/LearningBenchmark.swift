import Baseline
import ContainerHarness
import Foundation
import SysFlow

/// What learning from a recording costs: the whole command, on one core.
struct LearningBenchmark {
    private static let secondsAim = 10.0
    private static let memoryAim = 256 << 20

    private let loadline: String
    private let flows: Int

    init(_ plan: Plan, loadline: String) {
        self.loadline = loadline
        flows = plan.learnedFlows
    }

    func report(to report: inout Report) throws {
        let folder = NSTemporaryDirectory() + "loadline-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trace = folder + "/flows.sf"
        say("learning: writing \(grouped(flows)) flow records")
        try Self.write(flows, to: trace)
        let profile = folder + "/profile.yaml"
        report.add("## Learning from records")
        try measure(["learn", "--from", trace, "-o", profile], "learning", &report)
        try measure(["replay", profile, "--from", trace], "replaying", &report)
    }

    private func measure(
        _ arguments: [String], _ what: String, _ report: inout Report
    ) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let command = try Command(
            ["taskset", "-c", "0", loadline] + arguments, outputFile: "/dev/null")
        var peak = 0
        var processor = 0.0
        while command.isRunning {
            peak = max(peak, ProcessUsage.peakBytes(pid: command.pid) ?? 0)
            processor = max(processor, (try? ProcessUsage(pid: command.pid))?.cpuSeconds ?? 0)
            usleep(20_000)
        }
        let seconds = (clock.now - begin) / Duration.seconds(1)
        try command.wait(timeout: 1).expectSuccess(what)
        var table = Table(["\(what) \(grouped(flows)) flow records", "measured", "aim"])
        table.add(["processor time", "\(text(processor, 1)) s", "\(text(Self.secondsAim, 0)) s"])
        table.add(["time, others' share of the core in it", "\(text(seconds, 1)) s", ""])
        table.add([
            "memory, most at once", "\(text(Double(peak) / 1_048_576, 1)) MiB",
            "\(Self.memoryAim >> 20) MiB",
        ])
        report.add(table.text)
    }

    private static func path(_ i: Int) -> String { "/srv/data/\(i % 40)/part-\(i).bin" }

    /// 64 processes of 8 programs that touch 4,000 files and 300 peers, unevenly.
    private static func write(_ flows: Int, to path: String) throws {
        var writer = RecordWriter()
        try Data().write(to: URL(filePath: path))
        let output = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? output.close() }
        let container = String(repeating: "0123456789abcdef", count: 4)
        writer.append(.header(Header(exporter: "benchmark")))
        writer.append(
            .container(
                Container(
                    id: container, name: "bench", image: "bench:1", imageID: "",
                    type: .containerd, privileged: false)))
        var time: Int64 = 1_795_291_200_000_000_000
        let process = { (i: Int) in ProcessID(createTime: Int64(i + 1), hostPID: Int64(i + 100)) }
        for i in 0..<64 {
            writer.append(
                .process(
                    Process(
                        state: .created, oid: process(i), parent: nil, time: time,
                        exe: "/usr/bin/service\(i % 8)", exeArgs: "", uid: 0, gid: 0,
                        containerID: container, entry: i == 0)))
        }
        let files = (0..<4000).map { i in
            FileID(containerID: container, path: Self.path(i))
        }
        for (i, id) in files.enumerated() {
            writer.append(
                .file(
                    File(
                        state: .created, oid: id, time: time, resourceType: 0x66,
                        path: Self.path(i), containerID: container)))
        }
        var state: UInt64 = 1
        for i in 0..<flows {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let random = Int(state >> 33)
            time += 5_000_000
            let process = process(random % 64)
            if i % 4 == 0 {
                writer.append(
                    .networkFlow(
                        NetworkFlow(
                            process: process, time: time, tid: 1, operations: [.connect],
                            endTime: time + 900_000, source: IPAddress(v4: 0x0a00_0001),
                            sourcePort: UInt16(truncatingIfNeeded: random >> 8),
                            destination: IPAddress(v4: 0x0a01_0000 + UInt32(random % 300)),
                            destinationPort: 5432, proto: 6, fd: 4, volume: Volume())))
            } else {
                let file = files[min(random % 4000, (random >> 12) % 4000)]
                writer.append(
                    .fileFlow(
                        FileFlow(
                            process: process, time: time, tid: 1, operations: [.open, .close],
                            openFlags: .readOnly, endTime: time + 900_000, file: file, fd: 3,
                            volume: Volume())))
            }
            if i % 50_000 == 0 { try output.write(contentsOf: writer.takeOutput()) }
        }
        writer.finishBlock()
        try output.write(contentsOf: writer.takeOutput())
    }
}
