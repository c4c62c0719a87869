import Baseline
import SysFlow
import Testing

/// Capabilities and rare acts, from record to profile.
@Suite struct UseTests {
    @Test func usesAreLearnedByExecutable() throws {
        var trace = Trace()
        trace.exec(1, "/usr/sbin/nginx")
        trace.use(1, .capability, "CAP_SETUID")
        trace.use(1, .capability, "CAP_SETUID")
        trace.use(1, .capability, "CAP_50")
        trace.use(1, .act, "unshare:user")
        // An attempt that failed is one all the same.
        trace.use(1, .act, "ptrace", result: -3)
        // What this version has no name for is nothing.
        trace.use(1, .act, "teleport")
        trace.use(1, .capability, "CAP_64")
        trace.use(1, .capability, "CAP_0")
        let rules = try #require(trace.profile(allowing: ["ptrace"]).rules(of: "/usr/sbin/nginx"))
        #expect(rules.capabilities.map(\.capability.name) == ["CAP_SETUID", "CAP_50"])
        #expect(rules.capabilities.first?.evidence?.count == 2)
        #expect(rules.acts.map(\.act) == [.ptrace, .unshareUser])
        let profile = trace.profile()
        #expect(profile.actions == .learned)
        #expect(profile.actions.capability == .deny)
        #expect(profile.actions.act == .kill)
        #expect(try Profile(yaml: profile.yaml, file: "p") == profile)
    }

    @Test func replicasMerge() throws {
        let (a, b) = (Source(replica: "a", recording: 1), Source(replica: "b", recording: 1))
        var first = Behaviours(source: a)
        first.add(.capability(try capability("CAP_CHOWN")), by: PathBytes("/a"), from: 1, to: 1)
        var second = Behaviours(source: b)
        second.add(.capability(try capability("CAP_CHOWN")), by: PathBytes("/a"), from: 2, to: 5)
        second.add(.act(.bpf), by: PathBytes("/a"), from: 3, to: 3)
        first.merge(second)
        let rules = try #require(first.profile(name: "p", allowing: ["bpf"]).executables.first)
        #expect(
            rules.capabilities == [
                CapabilityRule(
                    capability: try capability("CAP_CHOWN"),
                    evidence: Evidence(
                        counts: [a.id: 1, b.id: 1], isCut: false, firstSeen: 1, lastSeen: 5,
                        example: nil))
            ])
        #expect(rules.acts.map(\.act) == [.bpf])
    }

    @Test func everyNameReadsBack() {
        for act in Act.allCases { #expect(Act(name: act.name) == act) }
        for number in UInt8(0)..<64 {
            let capability = Capability(rawValue: number)
            #expect(capability != nil && capability == Capability(name: capability?.name ?? ""))
        }
        #expect(Capability(rawValue: 64) == nil)
        #expect(Capability(name: "CAP_050") == nil)
    }

    /// A profile of before: neither is judged, and nothing of it is written.
    @Test func aProfileThatDoesNotNameThemDoesNotJudgeThem() throws {
        let profile = try Profile(yaml: ProfileYAMLTests.guide, file: "nginx.yaml")
        #expect(profile.actions.capability == nil && profile.actions.act == nil)
        #expect(profile.actions.all.map(\.dimension) == [.exec, .file, .egress, .listen])
        #expect(!profile.yaml.contains("capability") && !profile.yaml.contains("act:"))
    }

    private static let text = """
        apiVersion: loadline.dev/v1alpha1
        kind: IntegrityProfile
        metadata: {name: p}
        spec:
          actions: {capability: alert, act: kill}
          executables:
            - executable: /a
              capabilities: [CAP_CHOWN, CAP_NET_RAW]
              acts:
                - ptrace
                - {name: "unshare:net", reason: by hand}

        """

    @Test func namesAndFieldsAreRead() throws {
        let profile = try Profile(yaml: Self.text, file: "p")
        let rules = try #require(profile.executables.first)
        #expect(rules.capabilities.map(\.capability.name) == ["CAP_CHOWN", "CAP_NET_RAW"])
        #expect(rules.acts.map(\.act) == [.ptrace, .unshareNetwork])
        #expect(rules.acts.last?.reason == "by hand")
        #expect(profile.actions.capability == .alert && profile.actions.act == .kill)
        #expect(try Profile(yaml: profile.yaml, file: "p") == profile.sorted())
    }

    @Test(arguments: [
        ("CAP_CHOWN,", "CAP_CHOW,", "p:8:22", "did you mean `CAP_CHOWN`?"),
        ("- ptrace", "- ptrase", "p:10:11", "did you mean `ptrace`?"),
        ("unshare:net", "unshare:nett", "p:11:18", "did you mean `unshare:net`?"),
        ("capability: alert, ", "", "p:5:3", "`capabilities` are listed and not judged"),
        (", act: kill", "", "p:5:3", "`acts` are listed and not judged"),
    ])
    func faultsAreNamedWithTheirPlace(
        _ old: String, _ new: String, _ place: String, _ says: String
    ) {
        let bad = Self.text.replacing(old, with: new)
        let error = #expect(throws: ProfileErrors.self) { try Profile(yaml: bad, file: "p") }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(says) && text.contains(place), "\(text)")
    }

    @Test func theNearestRuleIsAnotherExecutables() throws {
        let profile = try Profile(yaml: Self.text, file: "p")
        func nearest(_ subject: String, _ object: Deviation.Object) -> String {
            profile.nearestRules(to: Deviation(subject: PathBytes(subject), object: object)).text
        }
        #expect(nearest("/b", .act(.ptrace)) == "allowed for /a, not for /b")
        #expect(nearest("/a", .act(.bpf)) == "the profile allows /a no act like it")
        #expect(
            nearest("/a", .capability(try capability("CAP_CHOWN")))
                == "the profile as it is now allows it: CAP_CHOWN")
    }

    private func capability(_ name: String) throws -> Capability {
        try #require(Capability(name: name))
    }
}
