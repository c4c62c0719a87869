import Baseline
import Decision
import Testing

@Suite struct SubjectTests {
    @Test func overlappingExecutablesAreTheUnionOfTheirRules() throws {
        let deciding = try Deciding([
            ExecutableRules(executable: "/usr/bin/*", files: [file("/etc/**", .read)]),
            ExecutableRules(
                executable: "/usr/bin/python<int>", exec: [ExecRule(path: "/bin/sh")],
                files: [file("/etc/app", .write), file("/tmp/*", [.read, .write])]),
            ExecutableRules(executable: "/**", files: [file("/dev/null", .write)]),
        ])
        #expect(deciding.file("/usr/bin/python3", "/etc/app") == 3)
        #expect(deciding.file("/usr/bin/python3", "/etc/passwd") == 1)
        #expect(deciding.file("/usr/bin/python3", "/tmp/x") == 3)
        #expect(deciding.file("/usr/bin/python3", "/dev/null") == 2)
        #expect(deciding.exec("/usr/bin/python3", "/bin/sh") == 4)
        #expect(deciding.file("/usr/bin/python", "/etc/app") == 1)
        #expect(deciding.file("/usr/bin/python", "/tmp/x") == 0)
        #expect(deciding.exec("/usr/bin/python", "/bin/sh") == 0)
        #expect(deciding.file("/opt/x", "/dev/null") == 2)
        #expect(deciding.file("/opt/x", "/etc/app") == 0)
    }

    @Test func sameExecutableTwiceIsOneSubject() throws {
        let deciding = try Deciding([
            ExecutableRules(executable: "/bin/a", files: [file("/x", .read)]),
            ExecutableRules(executable: "/bin/a", files: [file("/x", .write), file("/y", .read)]),
        ])
        #expect(deciding.file("/bin/a", "/x") == 3)
        #expect(deciding.file("/bin/a", "/y") == 1)
    }

    @Test func runtimeIsASubjectAndNotAPath() throws {
        let deciding = try Deciding([
            ExecutableRules(executable: "<runtime>", exec: [ExecRule(path: "/usr/sbin/nginx")]),
            ExecutableRules(executable: "/usr/sbin/nginx", files: [file("/etc/nginx/**", .read)]),
        ])
        let runtime = deciding.walker.runtimeSubject
        #expect(runtime != 0)
        #expect(runtime == deciding.program.runtimeSubject)
        #expect(deciding.allowed(runtime, 1, Array("/usr/sbin/nginx".utf8)) == 4)
        #expect(deciding.allowed(runtime, 1, Array("/bin/sh".utf8)) == 0)
        #expect(deciding.allowed(runtime, 2, Array("/etc/nginx/nginx.conf".utf8)) == 0)
        #expect(deciding.walker.subject(executable: "<runtime>".utf8.span) == 0)
        // A wildcard executable is not the runtime either.
        let wildcard = try Deciding([ExecutableRules(executable: "**")])
        #expect(wildcard.walker.runtimeSubject == 0)
    }

    @Test func executableWithoutRulesIsKnownAndAllowedNothing() throws {
        let deciding = try Deciding([
            ExecutableRules(executable: "/bin/true"), ExecutableRules(executable: "<runtime>"),
            ExecutableRules(executable: "/bin/a", files: [file("/x", [])]),
        ])
        for path in ["/bin/true", "/bin/a"] {
            let subject = deciding.walker.subject(executable: path.utf8.span)
            #expect(subject != 0)
            #expect(deciding.allowed(subject, 2, Array("/x".utf8)) == 0)
        }
        #expect(deciding.walker.runtimeSubject != 0)
        #expect(deciding.walker.subject(executable: "/bin/truest".utf8.span) == 0)
        #expect(deciding.walker.subject(executable: "/bin/tru".utf8.span) == 0)
    }

    @Test func emptyProfileAllowsNothing() throws {
        let deciding = try Deciding([])
        #expect(deciding.program.sizeClass == 0)
        #expect(deciding.walker.runtimeSubject == 0)
        #expect(deciding.walker.subject(executable: "/bin/sh".utf8.span) == 0)
        #expect(deciding.walker.subject(executable: "".utf8.span) == 0)
        for dimension in UInt8(0)...8 {
            #expect(deciding.allowed(0, dimension, Array("/x".utf8)) == 0)
            #expect(deciding.allowed(deciding.program.root, dimension, Array("/x".utf8)) == 0)
        }
    }

    /// Not even the runtime, though both start nodes are equal there.
    @Test func emptyRuntimeInAnEmptyProfile() throws {
        let deciding = try Deciding([ExecutableRules(executable: "<runtime>")])
        #expect(deciding.walker.runtimeSubject != 0)
        #expect(deciding.walker.subject(executable: "/bin/sh".utf8.span) == 0)
        #expect(deciding.allowed(deciding.walker.runtimeSubject, 1, Array("/bin/sh".utf8)) == 0)
    }
}
