import Baseline
import Decision
import Testing

@Suite struct CompileErrorTests {
    private func refusal(
        _ executables: [ExecutableRules], _ limits: CompileLimits = CompileLimits()
    ) -> CompileError? {
        do throws(CompileError) {
            _ = try PolicyCompiler(limits: limits).compile(
                Profile(name: "web", executables: executables))
            return nil
        } catch {
            return error
        }
    }

    private func files(_ rules: [FileRule]) -> [ExecutableRules] {
        [ExecutableRules(executable: "/usr/sbin/nginx", files: rules)]
    }

    @Test func syntaxNamesTheRule() throws {
        let error = try #require(refusal(files([file("/ok", .read), file("/a/<in>", .read)])))
        #expect(error.rules.map(\.index) == [1])
        #expect(
            error.description == "profile web: executable /usr/sbin/nginx, files[1] /a/<in>, "
                + "byte 3: unknown wildcard <in>; there are <int>, <hex>, <base32>, <uuid>")
        let executable = try #require(refusal([ExecutableRules(executable: "/bin/<")]))
        #expect(executable.description.hasPrefix("profile web: executable /bin/<, byte 5: "))
    }

    /// A rule that allows nothing is still read.
    @Test func syntaxOfRuleWithoutAccess() {
        #expect(refusal(files([file("/a/<in>", [])])) != nil)
    }

    @Test func patternLongerThanAnyPath() throws {
        let long = "/" + String(repeating: "a", count: 4096)
        let error = try #require(refusal(files([file(long, .read)])))
        #expect(error.reason == .patternTooLong(limit: 4096))
        #expect(refusal(files([file(String(long.dropLast()), .read)])) == nil)
        let uuids = String(repeating: "<uuid>", count: 114)
        #expect(refusal(files([file(uuids, .read)]))?.reason == .patternTooLong(limit: 4096))
    }

    @Test(arguments: [-1, 129, Int.max, Int.min])
    func prefixLength(length: Int) throws {
        let prefix = Prefix(high: 0, low: 0, length: length)
        let egress = EgressRule(proto: .tcp, prefix: prefix, ports: 1...2)
        let listen = ListenRule(proto: .tcp, prefix: prefix, ports: 1...2)
        let first = try #require(refusal([ExecutableRules(executable: "/a", egress: [egress])]))
        #expect(first.reason == .prefixLength(length))
        #expect(first.rules.map(\.list) == [.egress])
        let second = try #require(refusal([ExecutableRules(executable: "/a", listen: [listen])]))
        #expect(second.rules.map(\.list) == [.listen])
    }

    /// Each `**` of each rule can be open or not: the states are their combinations.
    @Test func exponentialRulesAreRefusedByName() throws {
        let many = (0..<40).map { index in
            file("/**/\(index)**x\(index)**y\(index)**z\(index)/*-\(index)", .read)
        }
        let limits = CompileLimits(states: 20_000)
        let rules = (0..<500).map { file("/etc/ok-\($0)", .read) } + many
        let error = try #require(refusal(files(rules), limits))
        guard case .limit = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(error.rules.count == 3)
        #expect(error.rules.allSatisfy { $0.index >= 500 }, "\(error)")
        #expect(error.description.contains("use fewer **"))
    }

    @Test func literalsOverTheLimitAreRefused() throws {
        let rules = (0..<100).map { file("/f/\($0)/\($0)", .read) }
        let limits = CompileLimits(states: 50)
        let error = try #require(refusal(files(rules), limits))
        #expect(error.reason == .limit(.states, limit: 50))
        #expect(!error.rules.isEmpty)
        #expect(
            refusal(files(rules), CompileLimits(ruleLabels: 500))?.reason
                == .limit(.ruleLabels, limit: 500))
        #expect(
            refusal(files(rules), CompileLimits(cells: 100))?.reason
                == .limit(.cells, limit: 100))
        #expect(refusal(files(rules)) == nil)
    }
}
