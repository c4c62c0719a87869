import Baseline
import SysFlow
import Testing

@Suite struct ContentTests {
    private static let a = ContentDigest(bytes: Array(repeating: 0x0a, count: 32))!
    private static let b = ContentDigest(bytes: Array(repeating: 0xb0, count: 32))!

    @Test func digestsAreReadAndWritten() throws {
        let hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        #expect(ContentDigest(hex: hex)?.hex == hex)
        #expect(ContentDigest(hex: hex.uppercased())?.hex == hex)
        for bad in ["", String(hex.dropLast()), hex + "0", "g" + hex.dropFirst()] {
            #expect(ContentDigest(hex: bad) == nil, "\(bad)")
        }
        #expect(ContentDigest(bytes: [1, 2]) == nil)
        let text = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: web}
            spec:
              executables:
                - executable: <runtime>
                  exec:
                    - {path: /bin/web, sha256: [\(Self.b.hex), \(Self.a.hex), \(Self.a.hex)]}
                - executable: /bin/web
                  files:
                    - {path: /lib/c.so, access: [read, map], sha256: ["\(Self.a.hex)"]}
            """
        let profile = try Profile(yaml: text, file: "f").sorted()
        #expect(profile.identity == .content)
        #expect(profile.executables[0].exec[0].digests == [Self.a, Self.b])
        #expect(profile.executables[1].files[0].digests == [Self.a])
        #expect(try Profile(yaml: profile.yaml, file: "f") == profile)
    }

    static let faults: [(line: String, says: String)] = [
        ("exec: [{path: /a, sha256: [12]}]", "not a SHA-256"),
        ("exec: [{path: /a, sha256: []}]", "no digest is named"),
        ("exec: [{path: /a, sha256: \(a.hex)}]", "expected a list"),
        ("files: [{path: /a, access: [read], sha256: [\(a.hex)]}]", "mapped executable"),
    ]

    @Test(arguments: faults) func whatIsNoDigestIsRefused(_ fault: (line: String, says: String)) {
        let text = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: web}
            spec:
              executables:
                - executable: /bin/web
                  \(fault.line)
            """
        let error = #expect(throws: ProfileErrors.self) { try Profile(yaml: text, file: "f") }
        #expect(error?.errors.count == 1)
        #expect("\(error as Any)".contains(fault.says))
    }

    @Test func tooManyDigestsAreRefused() {
        let many = Array(repeating: "\"\(Self.a.hex)\"", count: ProfileLimits.digests + 1)
        let text = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: web}
            spec: {executables: [{executable: /a, exec: [{path: /b, sha256: [\(many.joined(separator: ", "))]}]}]}
            """
        #expect(throws: ProfileErrors.self) { try Profile(yaml: text, file: "f") }
    }

    @Test func aRuleWithoutDigestsAllowsAnyContent() {
        #expect([Self.a].joined(with: [Self.b]) == [Self.a, Self.b])
        #expect([Self.b].joined(with: [Self.b]) == [Self.b])
        #expect([Self.b].joined(with: []) == [])
        #expect([ContentDigest]().joined(with: [Self.a]) == [])
    }

    // MARK: Learning

    private func trace() -> Trace {
        var trace = Trace()
        trace.process(1, "/bin/web")
        trace.event(1, .exec)
        return trace
    }

    private func learned(_ contents: [ContentDigest?]) -> Behaviours? {
        var learner = Learner()
        for record in trace().records { learner.consume(record) }
        guard let container = learner.containers.first else { return nil }
        for content in contents {
            learner.note(content: content, of: PathBytes("/bin/web"), in: container)
        }
        return learner.behaviours(of: container)
    }

    private func binding(_ behaviours: Behaviours?) -> [ContentDigest]? {
        behaviours?.profile(name: "p").executables.first?.exec.first?.digests
    }

    @Test func whatWasSeenBindsTheRule() {
        #expect(binding(learned([])) == [])
        #expect(binding(learned([Self.b])) == [Self.b])
        #expect(binding(learned([Self.b, Self.a, Self.b])) == [Self.a, Self.b])
        // One that could not be read may have been another.
        #expect(binding(learned([Self.b, nil, Self.a])) == [])
        let many = (0..<17).map { ContentDigest(bytes: Array(repeating: $0, count: 32)) }
        #expect(binding(learned(Array(many.dropLast())))?.count == 16)
        #expect(binding(learned(many)) == [])
    }

    @Test func replicasAddTheirContents() throws {
        for (mine, theirs, both) in [
            ([Self.a], [Self.b], [Self.a, Self.b]), ([Self.a], [], [Self.a]),
            ([Self.a], [nil], []), ([nil], [Self.b], []),
        ] as [([ContentDigest?], [ContentDigest?], [ContentDigest])] {
            var one = try #require(learned(mine))
            var other = try #require(learned(theirs))
            let before = one
            one.merge(other)
            #expect(binding(one) == both)
            other.merge(before)
            #expect(binding(other) == both)
            one.merge(other)
            #expect(binding(one) == both)
        }
    }

    // MARK: Which contents are allowed

    @Test func rulesOfAPathAddTheirContents() {
        var profile = Profile(
            name: "p",
            executables: [
                ExecutableRules(
                    executable: "/a",
                    exec: [
                        ExecRule(path: "/bin/x", digests: [Self.a]), ExecRule(path: "/bin/y"),
                        ExecRule(path: "/bin/*", digests: [Self.b]),
                    ],
                    files: [
                        FileRule(path: "/bin/x", access: [.map], digests: [Self.b]),
                        FileRule(path: "/lib/**", access: [.read, .map], digests: [Self.a]),
                    ])
            ])
        let rules = ContentRules(profile)
        let place = { (path: String, use: ContentRules.Use) in
            ContentRules.Place(path: PathBytes(path), use: use)
        }
        #expect(rules.places == [place("/bin/x", .execute), place("/bin/x", .map)])
        #expect(rules.digests(at: place("/bin/x", .execute)) == [Self.a, Self.b])
        #expect(rules.digests(at: place("/bin/x", .map)) == [Self.b])
        #expect(rules.digests(at: place("/bin/z", .execute)) == [Self.b])
        #expect(rules.digests(at: place("/lib/z/y", .map)) == [Self.a])
        #expect(rules.digests(at: place("/lib/z/y", .execute)) == [])
        profile.identity = .path
        #expect(ContentRules(profile).isEmpty)
    }
}
