import Baseline
import Decision
import Testing

@Suite struct PathDecisionTests {
    private static let subject = "/bin/a"

    private func deciding(_ files: FileRule...) throws -> Deciding {
        try Deciding([ExecutableRules(executable: Self.subject, files: files)])
    }

    @Test func bytesZeroAnd255() throws {
        let deciding = try deciding(
            file("/d/\\x00\\xff", .read), file("/s/*", .write), file("/t/**\\xff", .map))
        let subject = deciding.walker.subject(executable: Self.subject.utf8.span)
        func allowed(_ path: String, _ tail: [UInt8]) -> UInt32 {
            deciding.allowed(subject, 2, Array(path.utf8) + tail)
        }
        #expect(allowed("/d/", [0x00, 0xff]) == 1)
        #expect(allowed("/d/", [0xff, 0x00]) == 0)
        #expect(allowed("/d/", [0x00]) == 0)
        #expect(allowed("/s/", [0x00]) == 2)
        #expect(allowed("/s/", [0xff, 0x00, 0xff]) == 2)
        #expect(allowed("/s/", [0xff, 0x2f]) == 0)
        #expect(allowed("/t/", [0xff]) == 0)
        #expect(allowed("/t/", [0x00, 0xff]) == 8)
        #expect(allowed("/t/", [0xff, 0xff, 0xff]) == 8)
        #expect(allowed("/t/", [0xff, 0xff, 0xfe]) == 0)
    }

    @Test func longestPath() throws {
        let name = String(repeating: "n", count: 4094)
        let deciding = try deciding(file("/" + name + "x", .read), file("/**/z", .write))
        #expect(deciding.file(Self.subject, "/" + name + "x") == 1)
        #expect(deciding.file(Self.subject, "/" + name + "y") == 0)
        #expect(deciding.file(Self.subject, "/" + name) == 0)
        #expect(deciding.file(Self.subject, "/" + name.dropLast(2) + "/z") == 2)
    }

    @Test func overlappingRulesAddUp() throws {
        let deciding = try deciding(
            file("/var/lib/app/*", .read), file("/var/lib/app/<int>", .write),
            file("/var/lib/**", .create), file("/var/lib/app/12", .delete),
            file("/var/lib/app/<hex>", .map))
        #expect(deciding.file(Self.subject, "/var/lib/app/12") == 1 | 2 | 16 | 32 | 8)
        #expect(deciding.file(Self.subject, "/var/lib/app/13") == 1 | 2 | 16 | 8)
        #expect(deciding.file(Self.subject, "/var/lib/app/1f") == 1 | 16 | 8)
        #expect(deciding.file(Self.subject, "/var/lib/app/1g") == 1 | 16)
        #expect(deciding.file(Self.subject, "/var/lib/app/1/g") == 16)
        #expect(deciding.file(Self.subject, "/var/lib/app") == 16)
        #expect(deciding.file(Self.subject, "/var/lib/") == 0)
    }

    @Test func uuid() throws {
        let deciding = try deciding(file("/r/<uuid>.log", .write))
        #expect(deciding.file(Self.subject, "/r/01234567-89ab-CDEF-0123-456789abcdef.log") == 2)
        #expect(deciding.file(Self.subject, "/r/01234567-89ab-CDEF-0123-456789abcdeg.log") == 0)
        #expect(deciding.file(Self.subject, "/r/0123456789abCDEF-0123-456789abcdef.log") == 0)
        #expect(deciding.file(Self.subject, "/r/01234567-89ab-CDEF-0123-456789abcdef0.log") == 0)
    }

    /// 2^40 combinations of directories seen, of which none but "any" matters.
    @Test func manyRulesThatEndInAnyDepth() throws {
        let rules = (0..<40).map { file("/app/**/d\($0)/**", .read) }
        let deciding = try Deciding([
            ExecutableRules(
                executable: Self.subject, files: rules + [file("/app/**/d7/**/*.key", .write)])
        ])
        #expect(deciding.program.sizeClass <= 1)
        #expect(deciding.file(Self.subject, "/app/x/d39/y") == 1)
        #expect(deciding.file(Self.subject, "/app/x/d39/d7/z/y.key") == 3)
        #expect(deciding.file(Self.subject, "/app/x/d7/d39/y.key") == 3)
        #expect(deciding.file(Self.subject, "/app/x/d7/y.key") == 1)
        #expect(deciding.file(Self.subject, "/app/x/d40/y") == 0)
    }

    /// The rules of `/usr/**` swallow all literal ones beneath it.
    @Test func subsumedRulesCostNothing() throws {
        let wide = file("/usr/**", [.read, .map])
        let alone = try deciding(wide)
        let literal = (0..<200).map { file("/usr/lib/module-\($0).so", .read) }
        let both = try Deciding([
            ExecutableRules(executable: Self.subject, files: literal + [wide])
        ])
        #expect(both.program == alone.program)
    }
}
