import ContainerHarness
import Foundation
import Testing

extension EndToEnd.Recording {
    private typealias Line = SysflowTools.Line

    /// A real service under load, recorded into rotating files and to a stream at once: each file
    /// is whole alone, and all files together say what the stream said.
    @Test func rotatedFilesAndTheStreamSayTheSame() async throws {
        try await EndToEnd.withFolder { folder in
            let socket = folder + "/stream"
            let streamed = folder + "/stream.json"
            let reader = try Command(
                [
                    try LoadlineProgram.path(), "print", "unix:" + socket, "--format", "flat",
                ], outputFile: streamed)
            defer { reader.stop() }
            try Self.recordNginx(into: folder + "/nginx.sf", socket)
            #expect(reader.wait(timeout: 30).status == 0)

            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let files = names.filter { $0.hasSuffix(".sf") }
            #expect(files.count >= 3, "\(names)")
            // The stream's file besides, and nothing unfinished.
            #expect(names.count == files.count + 1, "\(names)")
            var lines: [Line] = []
            for file in files {
                let part = try SysflowTools.sysprint(folder + "/" + file)
                #expect(!part.isEmpty)
                #expect(part.allSatisfy { !$0.text("proc.exe").isEmpty }, "\(file)")
                #expect(part.allSatisfy { !$0.text("container.id").isEmpty }, "\(file)")
                lines += part
            }
            let text = try String(contentsOfFile: streamed, encoding: .utf8)
            let told = try text.split(separator: "\n").map { line in
                Line(
                    fields: try JSONSerialization.jsonObject(with: Data(line.utf8))
                        as? [String: Any] ?? [:])
            }
            #expect(Self.summed(told) == Self.summed(lines))
            #expect(lines.contains { $0.type == "NF" } && lines.contains { $0.type == "FF" })
        }
    }

    private static func recordNginx(into file: String, _ socket: String) throws {
        let service = NginxService()
        let container = try service.container()
        defer { container.delete() }
        try container.create()
        let record = try LoadlineProgram.start([
            "record", "--container", container.id, "--export-interval", "1s", "-o", file,
            "--rotate", "2s", "--stream", socket,
        ])
        try record.waitFor("a reader is there")
        try container.start()
        try container.waitUntilListening(service.port)
        let figures = try Load.nginx(container, seconds: 6, connections: 4)
        #expect(figures.errors == 0)
        #expect(try record.stop() == 0, "\(record.output)")
        #expect(record.losses == [])
        #expect(!record.output.contains("stream: lost"), "\(record.output)")
    }

    /// What each program did to each thing, over all lines: how often, and how many bytes.
    private static func summed(_ lines: [Line]) -> [String: [Int]] {
        var sums: [String: [Int]] = [:]
        for line in lines {
            let what = [
                // By number: the public tools have no names for those beyond version 5.
                line.type, "\(line.operations)", line.text("proc.exe"), line.text("res"),
                "\(line.number("proc.pid"))", line.text("container.id"),
            ].joined(separator: " ")
            let sum = sums[what] ?? [0, 0, 0]
            sums[what] = [
                sum[0] + 1, sum[1] + line.number("flow.rbytes"),
                sum[2] + line.number("flow.wbytes"),
            ]
        }
        return sums
    }
}
