import Agent
import ContainerHarness
import Foundation
import Glibc
import SysFlow
import Testing

extension CommandTests {
    /// `stat` and `convert` on traces, whole and damaged.
    @Suite(.serialized) struct TraceFiles {
        private static let web = Container(
            id: "0123456789ab", name: "web", image: "nginx:1", imageID: "", type: .containerd,
            privileged: false)
        private static let process = Process(
            state: .created, oid: ProcessID(createTime: 1_700_000_000_000_000_000, hostPID: 7),
            parent: nil, time: 1, exe: "/usr/sbin/nginx", exeArgs: "", uid: 0, gid: 0,
            containerID: web.id)

        /// A header, a container, a process and `count` connections; every tenth is IPv6.
        private static func records(_ count: Int) -> [Record] {
            var records: [Record] = [
                .header(Header(exporter: "node-1")), .container(web), .process(process),
            ]
            for number in 0..<count { records.append(.networkFlow(flow(number))) }
            let loss = Loss(
                time: 2, containerID: web.id, kind: "exec", cause: "ring full", count: 12)
            records.append(.loss(loss))
            return records
        }

        private static func flow(_ number: Int) -> NetworkFlow {
            let begin: Int64 = 1_700_000_000_000_000_000
            let isWide = number % 10 == 0
            return NetworkFlow(
                process: process.oid, time: begin + Int64(number), tid: 7, operations: .connect,
                endTime: begin + 60_000_000_000, source: IPAddress(v4: 1),
                sourcePort: UInt16(1024 + number),
                destination: isWide ? IPAddress(high: 1, low: UInt64(number)) : IPAddress(v4: 2),
                destinationPort: 443, proto: 6, fd: 3, volume: Volume())
        }

        private static func write(_ records: [Record], to path: String) throws -> [UInt8] {
            var writer = RecordWriter(dialect: .loadline, codec: .null, syncInterval: 2000)
            for record in records { writer.append(record) }
            writer.finishBlock()
            let bytes = writer.takeOutput()
            try Data(bytes).write(to: URL(filePath: path))
            return bytes
        }

        private static func read(_ path: String) throws -> [Record] {
            var reader = try RecordReader([UInt8](try Data(contentsOf: URL(filePath: path))))
            var records: [Record] = []
            while let record = reader.next() { records.append(record) }
            #expect(reader.problems == [])
            return records
        }

        @Test func statCountsWhatIsThere() throws {
            try CommandTests.withFolder { folder in
                let file = folder + "/a.sf"
                let bytes = try Self.write(Self.records(100), to: file)
                let result = try LoadlineProgram.run(["stat", "--format", "json", file])
                #expect(result.status == 0, "\(result)")
                let form = try #require(
                    try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
                        as? [String: Any])
                #expect(form["records"] as? Int == 104)
                #expect(form["dialect"] as? String == "loadline")
                #expect(form["bytes"] as? Int == bytes.count)
                #expect(form["lostBehaviours"] as? Int == 12)
                #expect(form["processes"] as? Int == 1)
                #expect(
                    form["recordsByType"] as? [String: Int] == [
                        "SFHeader": 1, "Container": 1, "Process": 1, "NetworkFlow": 100, "Loss": 1,
                    ])
                let text = try LoadlineProgram.run(["stat", file])
                #expect(text.stdout.contains("nginx:1"), "\(text)")
                #expect(text.stdout.contains("60.0 s"), "\(text)")
            }
        }

        @Test func damageIsSaidWithItsPlaceAndCost() throws {
            try CommandTests.withFolder { folder in
                let file = folder + "/a.sf"
                var bytes = try Self.write(Self.records(200), to: file)
                let whole = try Self.read(file).count
                // The size of some block in the middle.
                let marker = bytes.suffix(16)
                let middle = try #require(
                    bytes.indices.first { index in
                        index > bytes.count / 2 && bytes[(index - 16)..<index] == marker
                    })
                bytes[middle + 3] = 0xff
                try Data(bytes).write(to: URL(filePath: file))
                let result = try LoadlineProgram.run(["stat", "--format", "json", file])
                #expect(result.status == 1)
                #expect(
                    result.stderr.contains("damaged: \(file): block at byte \(middle)"),
                    "\(result)")
                let form = try #require(
                    try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
                        as? [String: Any])
                let read = form["records"] as? Int ?? 0
                #expect(read < whole)
                #expect(form["lostRecords"] as? Int == whole - read)
                let converted = try LoadlineProgram.run(["convert", file, "-o", folder + "/b.sf"])
                #expect(converted.status == 1)
                #expect(try Self.read(folder + "/b.sf").count == read)
            }
        }

        @Test func convertingBackAndForthCostsOnlyWhatIsSaid() throws {
            try CommandTests.withFolder { folder in
                let records = Self.records(100)
                let (a, b, c) = (folder + "/a.sf", folder + "/b.sf", folder + "/c.sf")
                _ = try Self.write(records, to: a)
                let whole = try LoadlineProgram.run([
                    "convert", a, "-o", b, "--codec", "zstandard",
                ])
                #expect(whole.status == 0, "\(whole)")
                #expect(try Self.read(b) == records)
                let old = try LoadlineProgram.run(["convert", b, "-o", c, "--dialect", "sysflow"])
                #expect(old.status == 0)
                #expect(old.stderr.contains("left out: 10 IPv6 flows"), "\(old)")
                #expect(old.stderr.contains("left out: 1 loss records"), "\(old)")
                #expect(try Self.read(c).count == records.count - 11)
                let both = try LoadlineProgram.run(["convert", a, b, "-o", c])
                #expect(both.status == 0)
                #expect(try Self.read(c) == records + records)
            }
        }

        /// Sends 20 flows, two of them of IPv6, to a command that reads from a stream.
        private static func streaming(
            to arguments: [String], _ folder: String
        ) throws -> CommandResult {
            let path = folder + "/stream"
            let command = try Command(
                [try LoadlineProgram.path()]
                    + arguments.map { $0 == "STREAM" ? "unix:" + path : $0 })
            defer { command.stop() }
            let writer = try StreamWriter(path: path, exporter: "node-1")
            // It may take a while until somebody listens; tried once a second.
            let end = Date(timeIntervalSinceNow: 60)
            while !writer.isConnected, Date() < end {
                writer.turn()
                usleep(10_000)
            }
            try #require(writer.isConnected, "\(writer.lastProblem)")
            for record in Self.records(20).dropFirst() { writer.append(record) }
            writer.close()
            return command.wait(timeout: 60)
        }

        @Test func aStreamIsCounted() throws {
            try CommandTests.withFolder { folder in
                let result = try Self.streaming(
                    to: ["stat", "--format", "json", "STREAM"], folder)
                #expect(result.status == 0, "\(result)")
                let form = try #require(
                    try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
                        as? [String: Any])
                #expect(
                    form["recordsByType"] as? [String: Int] == [
                        "SFHeader": 1, "Container": 1, "Process": 1, "NetworkFlow": 18,
                    ])
                #expect(form["bytes"] == nil)
                #expect(form["exporter"] as? String == "node-1")
            }
        }

        @Test func aStreamIsPrintedAsItsRecordsCome() throws {
            try CommandTests.withFolder { folder in
                let result = try Self.streaming(
                    to: ["print", "STREAM", "--format", "flat"], folder)
                #expect(result.status == 0, "\(result)")
                // Two of them are IPv6, and a loss is no event.
                let lines = result.stdout.split(separator: "\n")
                #expect(lines.count == 18)
                #expect(lines.allSatisfy { $0.contains("/usr/sbin/nginx") })
            }
        }

        @Test func whatIsNoTraceIsRefusedAndLeavesNothing() throws {
            try CommandTests.withFolder { folder in
                let file = folder + "/text.sf"
                try "no trace".write(toFile: file, atomically: true, encoding: .utf8)
                for command in [["stat", file], ["convert", file, "-o", folder + "/out.sf"]] {
                    let result = try LoadlineProgram.run(command)
                    #expect(result.status == 1)
                    #expect(result.stderr.contains("\(file) is not a SysFlow file"), "\(result)")
                }
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: folder) == ["text.sf"])
            }
        }
    }
}
