import ContainerHarness
import Foundation

/// What reading a trace that is larger than memory should be costs in memory.
enum LargeTrace {
    /// Resident bytes at most.
    private static let aim = 64 << 20

    struct Reading {
        var command: String
        var traceBytes: Int
        var peakBytes: Int
        var seconds: Double
    }

    /// Writes the blocks of `file` again and again until there are `bytes` of them, and reads that.
    static func measure(_ file: String, bytes: Int, loadline: String) throws -> [Reading] {
        let folder = NSTemporaryDirectory() + "loadline-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let large = folder + "/large.sf"
        let size = try write(file, bytes, to: large, folder, loadline: loadline)
        return try [
            ["stat", large], ["print", "--format", "flat", large], ["print", large],
        ].map { arguments in
            let name = "loadline " + arguments.dropLast().joined(separator: " ")
            say("traces: \(name) of \(size >> 20) MiB")
            return try read(name, [loadline] + arguments, size)
        }
    }

    /// - Returns: how many bytes it has.
    private static func write(
        _ file: String, _ bytes: Int, to large: String, _ folder: String, loadline: String
    ) throws -> Int {
        let once = folder + "/once.sf"
        // Not compressed: it is the records that fill memory.
        try Command.run(
            [loadline, "convert", file, "-o", once, "--dialect", "sysflow", "--codec", "null"],
            timeout: 300
        ).expectSuccess("loadline convert")
        let whole = try Data(contentsOf: URL(filePath: once))
        // The marker ends the header and each block.
        guard let marker = whole.range(of: whole.suffix(16)) else {
            throw HarnessError("\(once) has no blocks")
        }
        let blocks = whole[marker.upperBound...]
        try Data().write(to: URL(filePath: large))
        let output = try FileHandle(forWritingTo: URL(filePath: large))
        defer { try? output.close() }
        try output.write(contentsOf: whole[..<marker.upperBound])
        var size = marker.upperBound
        while size < bytes {
            try output.write(contentsOf: blocks)
            size += blocks.count
        }
        return size
    }

    private static func read(
        _ name: String, _ arguments: [String], _ size: Int
    ) throws -> Reading {
        let clock = ContinuousClock()
        let begin = clock.now
        let command = try Command(arguments, outputFile: "/dev/null")
        var peak = 0
        while command.isRunning {
            peak = max(peak, ProcessUsage.peakBytes(pid: command.pid) ?? 0)
            usleep(50_000)
        }
        let elapsed = (clock.now - begin) / Duration.seconds(1)
        try command.wait(timeout: 1).expectSuccess(name)
        return Reading(command: name, traceBytes: size, peakBytes: peak, seconds: elapsed)
    }

    static func report(_ readings: [Reading], to report: inout Report) {
        report.add(
            """
            A trace of \(grouped(readings.first?.traceBytes ?? 0)) bytes, read to its end with the \
            output to /dev/null: the most memory that was resident at once.
            """)
        var table = Table(["", "time", "memory", "aim", ""])
        for reading in readings {
            table.add([
                "`\(reading.command)`", "\(text(reading.seconds, 1)) s",
                "\(text(Double(reading.peakBytes) / 1_048_576, 1)) MiB", "\(aim >> 20) MiB",
                reading.peakBytes < aim ? "reached" : "missed",
            ])
        }
        report.add(table.text)
    }
}
