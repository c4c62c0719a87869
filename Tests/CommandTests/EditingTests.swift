import Agent
import ContainerHarness
import Foundation
import SysFlow
import Testing

extension CommandTests {
    /// From recordings of replicas to a profile that is merged, compared, edited and promoted:
    /// what each command says and how it ends.
    @Suite(.serialized) struct Editing {
        private static let begin: Int64 = 1_700_000_000_000_000_000
        private static let program = "/usr/sbin/nginx"

        /// A recording of one container that connects to 10.0.0.1 at these ports.
        private static func record(_ replica: Int, ports: [UInt16], to path: String) throws {
            let web = Container(
                id: "0123456789a\(replica)", name: "web-\(replica)", image: "nginx:1", imageID: "",
                type: .containerd, privileged: false)
            let process = Process(
                state: .created,
                oid: ProcessID(createTime: begin + Int64(replica), hostPID: Int64(replica)),
                parent: nil, time: begin, exe: program, exeArgs: "", uid: 0, gid: 0,
                containerID: web.id)
            var writer = RecordWriter(dialect: .loadline, codec: .null, syncInterval: 2000)
            writer.append(.header(Header(exporter: "node-1")))
            writer.append(.container(web))
            writer.append(.process(process))
            for (i, port) in ports.enumerated() {
                let time = begin + Int64(i) * 1_000_000_000
                writer.append(
                    .networkFlow(
                        NetworkFlow(
                            process: process.oid, time: time, tid: 7, operations: .connect,
                            endTime: time + 1, source: IPAddress(v4: 1), sourcePort: 1024,
                            destination: IPAddress(v4: 0x0a00_0001), destinationPort: port,
                            proto: 6, fd: 3, volume: Volume())))
            }
            writer.finishBlock()
            try Data(writer.takeOutput()).write(to: URL(filePath: path))
        }

        private struct Files {
            var folder: String
            /// Port 443 of all three replicas, 80 of two, 4444 of the last.
            var traces: [String]
            var profiles: [String]
        }

        private static func withFiles(_ body: (Files) throws -> Void) throws {
            try CommandTests.withFolder { folder in
                var files = Files(folder: folder, traces: [], profiles: [])
                for (i, ports) in [[443, 80], [443, 80], [443, 4444]].enumerated() {
                    let (trace, profile) = (folder + "/\(i).sf", folder + "/\(i).yaml")
                    try record(i, ports: ports.map(UInt16.init), to: trace)
                    let learned = try LoadlineProgram.run(
                        ["learn", "--from", trace, "--name", "web", "-o", profile])
                    #expect(learned.status == 0, "\(learned)")
                    files.traces.append(trace)
                    files.profiles.append(profile)
                }
                try body(files)
            }
        }

        private static func text(_ path: String) throws -> String {
            try String(contentsOfFile: path, encoding: .utf8)
        }

        @Test func replicasAreLearnedByAQuorum() throws {
            try Self.withFiles { files in
                let output = files.folder + "/all.yaml"
                let learned = try LoadlineProgram.run(
                    [
                        "learn", "--replicas", "--quorum", "2", "--threshold", "0.25",
                        "-o", output, "--from",
                    ] + files.traces)
                #expect(learned.status == 0, "\(learned)")
                let rule = "\(Self.program): egress tcp 10.0.0.1 port 4444, shown by 1 of 3"
                #expect(learned.stderr.contains("left out: \(rule)"), "\(learned)")
                let profile = try Self.text(output)
                #expect(profile.contains("threshold: 0.25"), "\(profile)")
                #expect(profile.contains("port: 443") && profile.contains("port: 80"))
                #expect(!profile.contains("port: 4444"))
                try expectFailure(
                    ["learn", "--replicas", "--quorum", "4", "-o", output, "--from"]
                        + files.traces, says: ["--quorum 4 of 3 replicas would allow nothing"])
            }
        }

        @Test func mergingInAnyOrderGivesTheSameText() throws {
            try Self.withFiles { files in
                let merged = try LoadlineProgram.run(["merge"] + files.profiles)
                let back = try LoadlineProgram.run(["merge"] + files.profiles.reversed())
                #expect(merged.status == 0 && back.status == 0, "\(merged)")
                #expect(merged.stdout == back.stdout)
                for port in [80, 443, 4444] {
                    #expect(merged.stdout.contains("port: \(port)"), "\(merged)")
                }
                let some = try LoadlineProgram.run(["merge", "--quorum", "2"] + files.profiles)
                #expect(some.status == 0 && !some.stdout.contains("4444"), "\(some)")
                #expect(some.stderr.contains("port 4444, shown by 1 of 3"), "\(some)")
                try expectFailure(
                    ["merge", "--quorum", "4"] + files.profiles,
                    says: ["--quorum 4 of 3 replicas would allow nothing"])
            }
        }

        @Test func growthEndsADiffWithStatus3() throws {
            try Self.withFiles { files in
                let same = try LoadlineProgram.run(["diff", files.profiles[0], files.profiles[1]])
                #expect(same.status == 0 && same.stdout.contains("no difference"), "\(same)")
                let pair = [files.profiles[0], files.profiles[2]]
                let grown = try LoadlineProgram.run(["diff"] + pair)
                #expect(grown.status == 3, "\(grown)")
                #expect(grown.stdout.contains("tcp 10.0.0.1 port 4444  ALLOWS MORE"), "\(grown)")
                let breadth = try LoadlineProgram.run(["diff", "--fail-on", "breadth"] + pair)
                #expect(breadth.status == 0, "\(breadth)")
                let json = try LoadlineProgram.run(["diff", "--format", "json"] + pair)
                let form = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
                #expect(json.status == 3)
                #expect((form as? [String: Any])?["growth"] as? Bool == true, "\(json)")
            }
        }

        @Test func explainSaysWhichRuleAllowsIt() throws {
            try Self.withFiles { files in
                let asked = [
                    "explain", files.profiles[0], "--executable", Self.program, "--egress",
                ]
                let known = try LoadlineProgram.run(asked + ["tcp 10.0.0.1:443"])
                #expect(known.status == 0, "\(known)")
                #expect(known.stdout.contains("tcp 10.0.0.1 port 443"), "\(known)")
                let unknown = try LoadlineProgram.run(asked + ["tcp 10.0.0.1:4444"])
                #expect(unknown.status == 3 && unknown.stdout.contains("NOT ALLOWED"), "\(unknown)")
                try expectUsage(["explain", files.profiles[0]])
            }
        }

        /// What a replay stops is allowed, and taken away again.
        @Test func alertsBecomeEdits() throws {
            try Self.withFiles { files in
                let (profile, other) = (files.profiles[0], files.traces[2])
                let replay = ["replay", profile, "--from", other]
                let before = try LoadlineProgram.run(replay + ["--format", "json"])
                #expect(before.status == 3, "\(before)")
                let alerts = files.folder + "/alerts.json"
                try before.stdout.write(toFile: alerts, atomically: false, encoding: .utf8)
                let text = try Self.text(profile)

                let edit = [profile, "--from", alerts]
                let tried = try LoadlineProgram.run(["allow"] + edit + ["--dry-run"])
                #expect(tried.status == 0 && tried.stdout.contains("port 4444"), "\(tried)")
                #expect(try Self.text(profile) == text)
                let allowed = try LoadlineProgram.run(
                    ["allow"] + edit + ["--reason", "the new peer"])
                #expect(allowed.status == 0, "\(allowed)")
                #expect(try Self.text(profile).contains("the new peer"))
                #expect(try LoadlineProgram.run(replay).status == 0)

                let denied = try LoadlineProgram.run(["deny"] + edit)
                #expect(denied.status == 0, "\(denied)")
                #expect(try LoadlineProgram.run(replay).status == 3)

                // A rule for more than that is left, and told.
                let wide = try Self.text(profile).replacingOccurrences(
                    of: "port: 443", with: "port: any")
                try wide.write(toFile: profile, atomically: false, encoding: .utf8)
                let left = try LoadlineProgram.run(["deny"] + edit)
                #expect(left.status == 1, "\(left)")
                #expect(left.stderr.contains("still allowed by egress tcp"), "\(left)")
                try "{}\n".write(toFile: alerts, atomically: false, encoding: .utf8)
                try expectFailure(["allow"] + edit, says: ["alerts.json"])
            }
        }

        @Test func promotionIsRefusedOrOverridden() throws {
            try Self.withFiles { files in
                let promote = ["promote", files.profiles[0], "--from", files.traces[1]]
                let text = try Self.text(files.profiles[0])
                let refused = try LoadlineProgram.run(promote)
                #expect(refused.status == 3, "\(refused)")
                #expect(
                    refused.stdout.contains("against it: exec is not complete: too few draws"),
                    "\(refused)")
                #expect(try Self.text(files.profiles[0]) == text)
                let forced = try LoadlineProgram.run(
                    promote + ["--override", "a trial", "--by", "alice"])
                #expect(forced.status == 0, "\(forced)")
                let after = try Self.text(files.profiles[0])
                #expect(after.contains("mode: enforce") && after.contains("by: alice"))
                #expect(after.contains("a trial"))
                // What would have been stopped stands against it too.
                let stopped = try LoadlineProgram.run(
                    ["promote", files.profiles[1], "--from", files.traces[2]])
                #expect(stopped.status == 3 && stopped.stdout.contains("4444"), "\(stopped)")
            }
        }

        private func expectUsage(_ arguments: [String]) throws {
            let result = try LoadlineProgram.run(arguments)
            #expect(result.status == 64 && result.stdout == "", "\(result)")
        }

        @Test func showHasThreeForms() throws {
            try Self.withFiles { files in
                let text = try LoadlineProgram.run(["show", files.profiles[0]])
                #expect(text.status == 0 && text.stdout.contains("HOW COMPLETE IT IS"), "\(text)")
                #expect(!text.stdout.contains("EVERY RULE"))
                let rules = try LoadlineProgram.run(["show", files.profiles[0], "--rules"])
                #expect(rules.stdout.contains("EVERY RULE"), "\(rules)")
                let html = try LoadlineProgram.run(
                    ["show", files.profiles[0], "--format", "html"])
                #expect(html.status == 0 && html.stdout.hasPrefix("<!DOCTYPE html>"))
                #expect(html.stdout.contains("egress tcp 10.0.0.1 port 443"))
                let json = try LoadlineProgram.run(
                    ["show", files.profiles[0], "--format", "json"])
                let form =
                    try JSONSerialization.jsonObject(with: Data(json.stdout.utf8))
                    as? [String: Any]
                #expect(form?["profile"] as? String == "web", "\(json)")
                #expect((form?["executables"] as? [Any])?.count == 1)
                #expect((form?["completeness"] as? [String: Any])?["complete"] as? Bool == false)
            }
        }
    }
}
