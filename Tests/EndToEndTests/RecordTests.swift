import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// What `record` writes is read by the public tools and is what happened.
    @Suite(.serialized) struct Recording {
        private typealias Line = SysflowTools.Line

        @Test func everyActIsRecordedOnceAndExactly() async throws {
            try await EndToEnd.withFolder { folder in
                let file = folder + "/acts.sf"
                var options = ContainerOptions()
                options.files = CountedActs.inputs
                let container = RuncContainer(
                    name: "acts", command: CountedActs.command, options: options)
                defer { container.delete() }
                try container.create()
                let listener = try EgressListener(in: container, keepsReading: true)
                defer { listener.stop() }
                let record = try LoadlineProgram.start([
                    "record", "--container", container.id, "-o", file,
                ])
                try record.waitFor("recording ")
                try container.start()
                // The program ends by itself, and so does its recording.
                #expect(try record.end() == 0, "\(record.output)")
                #expect(record.output.contains("the container ended"), "\(record.output)")
                #expect(record.losses == [])
                #expect(container.output == "", "the program said: \(container.output)")

                let lines = try SysflowTools.sysprint(file)
                for line in lines { #expect(line.text("container.id") == container.id) }
                Self.checkProcesses(lines)
                Self.checkFiles(lines)
                Self.checkPaths(lines)
                Self.checkNetwork(lines, try listener.settledArrivals())
                try Self.checkFileIDs(file)
            }
        }

        private static func checkProcesses(_ lines: [Line]) {
            let count = CountedActs.children
            let events = lines.filter { $0.type == "PE" }
            let perl = events.filter { $0.text("proc.exe") == "/usr/bin/perl" }
            let child = events.filter { $0.text("proc.exe") == "/usr/bin/true" }
            #expect(events.count == perl.count + child.count)
            // The runtime's program, and what became of it.
            #expect(perl.filter { $0.has(1) }.map { $0.text("proc.args") } == [CountedActs.path])
            #expect(perl.filter { $0.has(2) }.map { $0.number("ret") } == [7 << 8])
            // A fork is seen by the parent, with the child's id, and by the child.
            let forks = perl.filter { $0.has(0) && $0.number("ret") > 0 }.map { $0.number("ret") }
            let pids = Set(child.map { $0.number("proc.pid") })
            #expect(forks.count == count)
            #expect(Set(forks) == pids)
            #expect(perl.filter { $0.has(0) && $0.number("ret") == 0 }.count == count)
            #expect(child.filter { $0.has(1) && $0.text("proc.args") == "child" }.count == count)
            #expect(child.filter { $0.has(2) && $0.number("ret") == 0 }.count == count)
            #expect(child.allSatisfy { $0.text("pproc.exe") == "/usr/bin/perl" })
        }

        private static func checkFiles(_ lines: [Line]) {
            let flows = lines.filter { $0.type == "FF" }
            for number in 1...CountedActs.files {
                let flow = flows.filter { $0.text("file.path") == "/srv/data/\(number).txt" }
                #expect(flow.count == 1, "file \(number)")
                #expect(flow.map { $0.number("flow.rbytes") } == [CountedActs.size(number)])
                #expect(flow.map { $0.number("flow.rops") } == [CountedActs.reads(number)])
                #expect(
                    flow.allSatisfy { $0.number("flow.wops") == 0 && $0.number("flow.wbytes") == 0 }
                )
                // Opened, read, closed.
                #expect(flow.allSatisfy { $0.operations == 1 << 7 | 1 << 8 | 1 << 10 })
                #expect(openFlags(flow) == [1])
            }
            for number in 1...CountedActs.writtenFiles {
                let flow = flows.filter { $0.text("file.path") == "/srv/out/\(number)" }
                let bytes = CountedActs.writesPerFile * CountedActs.writeSize(number)
                #expect(flow.map { $0.number("flow.wbytes") } == [bytes])
                #expect(flow.map { $0.number("flow.wops") } == [CountedActs.writesPerFile])
                #expect(flow.allSatisfy { $0.number("flow.rops") == 0 })
                #expect(flow.allSatisfy { $0.operations == 1 << 7 | 1 << 9 | 1 << 10 })
                // Write only, created, exclusively.
                #expect(openFlags(flow) == [2 | 4 | 32])
            }
            let ours = flows.filter { $0.text("file.path").hasPrefix("/srv/") }
            let script = ours.filter { $0.text("file.path") == CountedActs.path }
            #expect(script.count == 1)
            #expect(ours.count == CountedActs.files + CountedActs.writtenFiles + 1)
            #expect(
                ours.reduce(0) { $0 + $1.number("flow.rbytes") }
                    == (1...CountedActs.files).reduce(0) { $0 + CountedActs.size($1) }
                    + script.reduce(0) { $0 + $1.number("flow.rbytes") })
        }

        /// Without CLOEXEC and LARGEFILE, which perl and the kernel add.
        private static func openFlags(_ flows: [Line]) -> [Int] {
            flows.map { $0.number("file.openflags") & ~(4096 | 2048) }
        }

        private static func checkPaths(_ lines: [Line]) {
            let events = lines.filter { $0.type == "FE" }
            let seen = events.map {
                [$0.text("opflags"), $0.text("file.path"), $0.text("file.newpath")]
            }
            #expect(
                seen == [
                    ["MKDIR", "/srv/out/d", ""], ["RENAME", "/srv/out/1", "/srv/out/d/moved"],
                    ["LINK", "/srv/out/2", "/srv/out/hard"],
                    ["SYMLINK", "/srv/out/3", "/srv/out/soft"],
                    ["UNLINK", "/srv/out/d/moved", ""], ["RMDIR", "/srv/out/d", ""],
                ])
            #expect(events.allSatisfy { $0.number("ret") == 0 })
        }

        private static func checkNetwork(_ lines: [Line], _ arrivals: [String]) {
            let flows = lines.filter { $0.type == "NF" }
            for flow in flows {
                // A datagram socket that is not connected has no address of its own.
                let own = flow.number("net.proto") == 17 ? "0.0.0.0" : "127.0.0.1"
                #expect(flow.text("net.sip") == own)
                #expect(flow.text("net.dip") == "127.0.0.1")
                #expect(flow.number("net.dport") == 2345)
                #expect(flow.number("net.sport") > 1023)
                #expect(flow.number("flow.rbytes") == 0 && flow.number("flow.rops") == 0)
                #expect(flow.text("proc.exe") == "/usr/bin/perl")
            }
            let sent = { (proto: Int) in
                flows.filter { $0.number("net.proto") == proto }.map {
                    [$0.number("flow.wops"), $0.number("flow.wbytes")]
                }
            }
            let (tcp, udp) = (CountedActs.tcpWrites, CountedActs.datagrams)
            #expect(sent(6) == [[tcp, tcp * CountedActs.tcpWriteSize]])
            #expect(sent(17) == [[udp, udp * CountedActs.datagramSize]])
            #expect(flows.count == 2)
            let arrived = arrivals.filter { $0.hasPrefix("tcp ") }.reduce(0) { $0 + $1.count - 4 }
            #expect(arrived == tcp * CountedActs.tcpWriteSize)
            #expect(arrivals.filter { $0.hasPrefix("udp ") }.count == udp)
        }

        private static func checkFileIDs(_ file: String) throws {
            let script = """
                import hashlib, sys
                from sysflow.reader import SFReader
                from sysflow.objtypes import ObjectTypes
                n = bad = 0
                for kind, o in SFReader(sys.argv[1]):
                    if kind == ObjectTypes.FILE:
                        text = ((o.containerId or "") + o.path).encode()
                        n += 1
                        if bytes(o.oid) != hashlib.sha1(text).digest(): bad += 1
                print(n, bad)
                """
            let counts = try SysflowTools.python(script, [file])
            #expect(counts.count == 2 && counts[1] == "0" && Int(counts[0]) ?? 0 > 30, "\(counts)")
        }
    }
}
