import Foundation
import Testing

@testable import SysFlow

/// What we write, the public SysFlow tools must read.
@Suite struct PublicToolsTests {
    struct Failure: Error, CustomStringConvertible { var description: String }

    /// - Returns: what the command printed.
    static func run(_ command: String, _ arguments: [String]) throws -> Data {
        let process = Foundation.Process()
        process.executableURL = URL(filePath: command)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(command) failed: its message stands above")
        }
        return data
    }

    /// The path of the public `sysprint`, in an environment of its own.
    static func tool() throws -> String {
        let script = Fixtures.packageRoot.appending(path: ".ci/sysflow-tools-venv").path()
        return String(decoding: try run(script, []), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The Python of that environment.
    static func python() throws -> String {
        URL(filePath: try tool()).deletingLastPathComponent().appending(path: "python3").path()
    }

    static func sysprint(_ file: [UInt8]) throws -> [[String: Any]] {
        let tool = try tool()
        let path = FileManager.default.temporaryDirectory
            .appending(path: "loadline-\(UUID().uuidString).sf")
        try Data(file).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let lines = try run(tool, ["-o", "flatjson", path.path()]).split(separator: 0x0a)
        return try lines.map {
            try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Any])
        }
    }

    @Test(arguments: [Codec.null, .deflate])
    func sysprintReadsOurFile(_ codec: Codec) throws {
        let lines = try Self.sysprint(written(Samples.entities + Samples.flows, codec: codec))
        try #require(lines.count == Samples.flows.count)
        #expect(lines.map { $0["type"] as? String } == ["PE", "NF", "FF", "FE", "FE", "PF", "KE"])
        for line in lines.dropLast() {
            #expect(line["proc.exe"] as? String == "/usr/bin/a rather long name of a program")
            #expect(line["proc.pid"] as? Int == 4242)
            #expect(line["proc.createts"] as? Int == 1_700_000_000_000_000_001)
            #expect(line["pproc.exe"] as? String == "/sbin/init")
            #expect(line["container.id"] as? String == "0123456789ab")
            #expect(line["container.type"] as? String == "CT_CONTAINERD")
            #expect(line["pod.name"] as? String == "web")
            #expect(line["schema"] as? Int == 5)
        }
        let network = lines[1]
        #expect(network["net.sip"] as? String == "127.0.0.1")
        #expect(network["net.dip"] as? String == "192.0.2.255")
        #expect(network["net.sport"] as? Int == 40556)
        #expect(network["net.dport"] as? Int == 443)
        #expect(network["flow.wbytes"] as? Int == 4000)
        #expect(lines[2]["file.path"] as? String == "/etc/passwd")
        #expect(lines[2]["file.openflags"] as? Int == 4096 | 4 | 3)
        #expect(lines[2]["opflags_bitmap"] as? Int == 1 << 7 | 1 << 8 | 1 << 10)
        #expect(lines[3]["file.newpath"] as? String == "/tmp/päss wörd")
        #expect(lines[4]["ret"] as? Int == -2)
        #expect(lines[5]["pf.nthreads"] as? Int == 4)
        #expect(lines[6]["k8s.kind"] as? String == "K8S_PODS")
    }

    /// Each trace written anew as version 5 says to the public library what the original said:
    /// the golden files hold that. Traces without one, it can read only now.
    @Test(.enabled(if: !Fixtures.areMissing, "the reference traces ../shared/sysflow are absent"))
    func everyTraceWrittenAnewReadsAsTheOriginal() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "loadline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var arguments = [Fixtures.packageRoot.appending(path: ".ci/sysflow-compare").path()]
        let traces = Fixtures.manifest()
        var counts: [Int] = []
        for (index, trace) in traces.enumerated() {
            let file = folder.appending(path: "\(index).sf")
            var writer = RecordWriter()
            var count = 0
            for record in try readAll(try trace.bytes()) {
                writer.append(record)
                count += record.isEntity ? 0 : 1
            }
            writer.finishBlock()
            // No reference trace has anything that version 5 has no room for.
            #expect(writer.omissions.isEmpty, "\(trace)")
            counts.append(count)
            try Data(writer.takeOutput()).write(to: file)
            let golden = trace.goldenURL.path()
            arguments += [
                file.path(), FileManager.default.fileExists(atPath: golden) ? golden : "-",
            ]
        }
        let output = try Self.run(try Self.python(), arguments)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 39)
        for (line, (trace, count)) in zip(lines, zip(traces, counts)) {
            let fields = line.split(separator: "\t")
            #expect(Int(fields[1]) == count, "\(trace)")
            #expect(fields[2] == "0", "\(trace)")
        }
    }

    @Test func sysprintReadsManyBlocks() throws {
        let flows = Array(repeating: Samples.flows, count: 2000).flatMap { $0 }
        let lines = try Self.sysprint(written(Samples.entities + flows))
        #expect(lines.count == flows.count)
    }
}
