import Baseline
import Testing

@testable import Review

@Suite struct ProcessTreeTests {
    private static func program(_ name: String, _ starts: String...) -> ExecutableRules {
        ExecutableRules(executable: name, exec: starts.map { ExecRule(path: $0) })
    }

    private static func drawn(_ executables: ExecutableRules...) -> [String] {
        ProcessTree(executables).entries.map { entry in
            String(repeating: ".", count: entry.depth) + entry.name
                + (entry.isRepeated ? " again" : "") + (entry.isStray ? " stray" : "")
                + (entry.place == nil ? " leaf" : "")
        }
    }

    @Test func eachProgramIsListedOnce() {
        #expect(
            Self.drawn(
                Self.program("<runtime>", "/a"), Self.program("/a", "/b", "/c", "/x"),
                Self.program("/b", "/c"), Self.program("/c"))
                == ["the runtime", "./a", "../b", ".../c", "../c again", "../x leaf"])
    }

    @Test func ringsEnd() {
        #expect(
            Self.drawn(Self.program("/a", "/b"), Self.program("/b", "/a", "/b"))
                == ["/a stray", "./b", "../a again", "../b again"])
    }

    @Test func aPatternStartsAllThatItMatches() {
        #expect(
            Self.drawn(
                Self.program("<runtime>", "/bin/*"), Self.program("/bin/a"),
                Self.program("/bin/b"), Self.program("/opt/c"))
                == ["the runtime", "./bin/a", "./bin/b", "/opt/c stray"])
    }

    /// Neither a stack that overflows nor a program that is left out.
    @Test func aLongChainIsNoDanger() {
        let count = 20_000
        let chain = (0..<count).map { Self.program("/p\($0)", "/p\($0 + 1)") }
        let tree = ProcessTree(chain)
        #expect(tree.entries.count == count + 1)
        #expect(Set(tree.places).count == count)
    }

    @Test func programsThatDoTheSameAreToldOnce() throws {
        let same = FileRule(path: "/etc/hosts", access: .read)
        let executables = ["/bin/a", "/bin/b", "/bin/c"].map {
            ExecutableRules(executable: $0, files: $0 == "/bin/b" ? [] : [same])
        }
        let review = ProfileReview(
            Profile(
                name: "x",
                executables: [Self.program("<runtime>", "/bin/a", "/bin/b", "/bin/c")]
                    + executables))
        let lines = TextPage(review).lines
        #expect(lines.contains("  /bin/{a, c}, started by the runtime"))
        #expect(lines.count { $0.contains("/etc/hosts") } == 1)
    }
}
