import ContainerHarness
import Foundation
import ReferenceTraces
import Testing

extension CommandTests {
    /// How `loadline print` ends, and what of many files it prints. It needs no root.
    @Suite(
        .serialized,
        .enabled(
            if: !ReferenceTrace.areMissing, "the reference traces ../shared/sysflow are absent"))
    struct Print {
        static let small = ReferenceTrace.named("setuid")
        static let large = ReferenceTrace.named("mon.1531776712")

        private func print(_ arguments: [String], input: [UInt8] = []) throws -> CommandResult {
            try Command.run(
                [try LoadlineProgram.path(), "print"] + arguments, input: input, timeout: 60)
        }

        private func lines(_ text: String) -> Int { text.count { $0 == "\n" } }

        @Test func wholeFilesAreStatus0() throws {
            let result = try print(["--format", "flat", Self.small.url.path()])
            #expect(result.status == 0 && result.stderr == "")
            #expect(try lines(result.stdout) == Self.small.goldenLines().count)
            let piped = try print(["--format", "flat", "-"], input: try Self.small.bytes())
            #expect(piped.status == 0 && piped.stdout == result.stdout)
        }

        @Test func whatIsWrongIsToldAndTheRestIsPrinted() throws {
            try CommandTests.withFolder { folder in
                let (cut, text) = (folder + "/cut.sf", folder + "/text.sf")
                try Data(try Self.large.bytes().dropLast(500)).write(to: URL(filePath: cut))
                try Data("no trace".utf8).write(to: URL(filePath: text))
                let result = try print([
                    "--format", "csv", "--fields", "type", folder + "/none.sf", cut, text, folder,
                    Self.small.url.path(),
                ])
                #expect(result.status == 1)
                for part in [
                    "cannot read \(folder)/none.sf: No such file", "damaged: \(cut): block at byte",
                    "\(text) is not a SysFlow file: byte 0:",
                    "cannot read \(folder): Is a directory",
                ] {
                    #expect(result.stderr.contains(part), "no \"\(part)\" in: \(result.stderr)")
                }
                let whole = try Self.large.goldenLines().count + Self.small.goldenLines().count
                let printed = lines(result.stdout) - 1
                #expect(printed < whole && printed > whole / 2)
            }
        }

        @Test func aReaderThatGoesAwayEndsItQuietly() throws {
            let program = try LoadlineProgram.path()
            let script = """
                { "\(program)" print --format flat "\(Self.large.url.path())"; \
                echo "status $?" >&2; } | head -n 1
                """
            let result = try Command.run(["/bin/sh", "-c", script], timeout: 60)
            #expect(lines(result.stdout) == 1)
            #expect(result.stderr == "status 0\n")
        }

        @Test func aDiskThatIsFullIsAnError() throws {
            let program = try LoadlineProgram.path()
            let script =
                "\"\(program)\" print --format flat \"\(Self.small.url.path())\" >/dev/full"
            let result = try Command.run(["/bin/sh", "-c", script], timeout: 60)
            #expect(result.status == 1)
            #expect(result.stderr.contains("cannot write to standard output"), "\(result.stderr)")
        }

        @Test(arguments: [
            [], ["--where", "type = ", "x"], ["--where", "tpye = FF", "x"],
            ["--where", "type = FileFlow", "x"], ["--fields", "type,nothing", "x"],
            ["--limit", "many", "x"], ["--follow", "-"],
        ])
        func argumentsThatCannotBeUsedAreStatus64(_ arguments: [String]) throws {
            let result = try print(arguments)
            #expect(result.status == 64)
            #expect(result.stdout == "" && result.stderr.hasPrefix("Error: "))
        }

        @Test func fieldsAreListed() throws {
            let result = try print(["--list-fields"])
            #expect(result.status == 0 && lines(result.stdout) > 80)
            #expect(result.stdout.contains("proc.aname"))
        }

        @Test func aFileThatGrowsAndIsReplacedIsFollowed() throws {
            try CommandTests.withFolder { folder in
                let file = folder + "/grow.sf"
                let bytes = try Self.large.bytes()
                let half = Data(bytes[..<(bytes.count / 2)])
                try half.write(to: URL(filePath: file))
                let process = try LoadlineProgram.start([
                    "print", "--follow", "--format", "csv", "--fields", "idx,filename,type", file,
                ])
                try process.waitFor("\n0,,")
                let handle = try #require(FileHandle(forWritingAtPath: file))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data(bytes[(bytes.count / 2)...]))
                try handle.close()
                try process.waitFor("\n\(try Self.large.goldenLines().count - 1),,")
                try FileManager.default.moveItem(atPath: file, toPath: folder + "/old.sf")
                try Data(try Self.small.bytes()).write(to: URL(filePath: file))
                try process.waitFor("\n\(try Self.small.goldenLines().count - 1),/usr/")
                #expect(process.isRunning)
                #expect(try process.stop() == 0, "\(process.output)")
            }
        }
    }
}
