import ContainerHarness
import Foundation
import Testing

extension CommandTests {
    /// Files that cannot be written to their end, and containers that end: nothing is lost that
    /// was there.
    @Suite(.serialized) struct Files {
        /// Opens ever new files, whose names do not compress.
        private static let busy = [
            "/usr/bin/perl", "-e",
            """
            srand(7); select(undef, undef, undef, 0.3);
            for (1..40000) {
                open(my $f, ">", "/tmp/" . join("", map { chr(97 + rand(26)) } 1..40)) or die $!;
                unlink("/tmp/x") if rand() < 0.01;
            }
            sleep 60;
            """,
        ]

        /// A file system of 64 KiB.
        private static func withSmallDisk(_ body: (String) throws -> Void) throws {
            try CommandTests.withFolder { folder in
                try Command.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder])
                    .expectSuccess("mount")
                defer { _ = try? Command.run(["umount", "--lazy", folder]) }
                try body(folder)
            }
        }

        @Test func aFullDiskLeavesWhatWasWritten() throws {
            try Self.withSmallDisk { disk in
                let container = RuncContainer(name: "busy", command: Self.busy)
                defer { container.delete() }
                try container.create()
                let file = disk + "/busy.sf"
                let record = try LoadlineProgram.start([
                    "record", "--container", container.id, "-o", file,
                ])
                try record.waitFor("recording ")
                try container.start()
                #expect(try record.end(timeout: 60) == 1, "\(record.output)")
                let size = try #require(
                    FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
                #expect(size > 8_000 && size <= 65_536)
                for part in ["cannot write \(file)", "enough space", "\(size) bytes", "readable"] {
                    #expect(record.output.contains(part), "no \"\(part)\" in \(record.output)")
                }
                let learned = try LoadlineProgram.run(["learn", "--from", file])
                #expect(learned.status == 0, "\(learned.stderr)")
                #expect(!learned.stderr.contains("damaged"), "\(learned.stderr)")
                #expect(learned.stdout.contains("executable: /usr/bin/perl"))
            }
        }

        @Test func aFullDiskDoesNotEndTheWatch() throws {
            try Self.withSmallDisk { disk in
                let profile = disk + "/none.yaml"
                let text = """
                    apiVersion: loadline.dev/v1alpha1
                    kind: IntegrityProfile
                    metadata: {name: none}
                    spec:
                      selector: {image: none}
                      actions: {exec: kill, file: alert, egress: alert, listen: alert}
                      executables:
                        - {executable: <runtime>, exec: [{path: /usr/bin/perl}]}

                    """
                try text.write(toFile: profile, atomically: false, encoding: .utf8)
                let container = RuncContainer(name: "busy", command: Self.busy)
                defer { container.delete() }
                try container.create()
                let watch = try LoadlineProgram.start([
                    "watch", "--profile", profile, "--container", container.id, "--mode",
                    "enforce", "--record", disk + "/busy.sf", "--format", "json",
                ])
                try watch.waitFor("watching ")
                try container.start()
                try watch.waitFor("watching goes on without a recording", timeout: 60)
                let shell = try container.exec(["/bin/sh", "-c", "echo alive"])
                #expect(shell.status == 137 && shell.stdout == "", "\(shell)")
                #expect(try watch.stop() == 1, "\(watch.output.suffix(500))")
                #expect(watch.output.contains("decisions, "))
            }
        }

        @Test func whatCannotBeWrittenIsSaid() throws {
            try RuncContainer.with(name: "quiet", command: ["/bin/sleep", "60"]) { container in
                let target = ["--container", container.id]
                try expectFailure(
                    ["record"] + target + ["-o", "/no/such/out.sf"],
                    says: ["cannot write /no/such/out.sf", "No such file"])
            }
        }

        /// However it ends, its watchers end, say so and leave whole files.
        @Test func aContainerThatEndsWhileWatched() throws {
            try CommandTests.withFolder { folder in
                let service = PerlService()
                let container = try service.container()
                defer { container.delete() }
                try container.create()
                let (trace, profile) = (folder + "/perl.sf", folder + "/perl.yaml")
                let target = ["--container", container.id]
                let record = try LoadlineProgram.start(["record"] + target + ["-o", trace])
                let learn = try LoadlineProgram.start(["learn"] + target + ["-o", profile])
                for watcher in [record, learn] { try watcher.waitFor("ing \(container.id)") }
                try container.start()
                try container.waitUntilListening(service.port)
                #expect(try service.answers(in: container))
                try container.signal(9)
                for watcher in [record, learn] {
                    #expect(try watcher.end() == 0, "\(watcher.output)")
                }
                #expect(record.output.contains("the container ended"), "\(record.output)")
                let shown = try LoadlineProgram.run(["show", profile])
                #expect(shown.status == 0 && shown.stdout.contains("/usr/bin/perl"), "\(shown)")
                let replay = try LoadlineProgram.run(["replay", profile, "--from", trace])
                #expect(replay.status == 0, "\(replay)")
                #expect(!replay.stderr.contains("damaged"), "\(replay)")
                try Self.checkCut(trace, profile)

                container.delete()
                try container.create()
                let watch = try LoadlineProgram.start(
                    ["watch", "--profile", profile, "--mode", "enforce"] + target)
                try watch.waitFor("watching ")
                try container.start()
                do {
                    try container.waitUntilListening(service.port)
                } catch {
                    throw HarnessError("\(error): \(watch.output)")
                }
                container.delete()
                #expect(try watch.end() == 0, "\(watch.output)")
                #expect(watch.output.contains("the container ended"), "\(watch.output)")
            }
        }

        /// A trace whose end is missing is used as far as it goes, and the status says so.
        private static func checkCut(_ trace: String, _ profile: String) throws {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: trace))
            let (cut, learned) = (trace + ".cut", profile + ".cut")
            try bytes.dropLast(40).write(to: URL(fileURLWithPath: cut))
            let learn = try LoadlineProgram.run(["learn", "--from", cut, "-o", learned])
            #expect(learn.status == 1, "\(learn)")
            #expect(learn.stderr.contains("damaged: \(cut)"), "\(learn)")
            let text = try String(contentsOfFile: learned, encoding: .utf8)
            #expect(text.contains("executable: /usr/bin/perl"))
            let replay = try LoadlineProgram.run(["replay", profile, "--from", cut])
            #expect(replay.status == 1, "\(replay)")
            #expect(replay.stderr.contains("damaged: \(cut)"), "\(replay)")
        }

        @Test func damagedFiles() throws {
            try CommandTests.withFolder { folder in
                let text = folder + "/text.sf"
                try "no trace\n".write(toFile: text, atomically: false, encoding: .utf8)
                try expectFailure(
                    ["learn", "--from", text], says: [text, "is not a SysFlow file"])
                try expectFailure(
                    ["learn", "--from", folder + "/none.sf"],
                    says: ["cannot read \(folder)/none.sf", "No such file"])
            }
        }
    }
}
