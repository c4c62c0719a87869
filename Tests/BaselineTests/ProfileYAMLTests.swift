import Baseline
import SysFlow
import Testing

@Suite struct ProfileYAMLTests {
    @Test(arguments: 0..<10)
    func whatIsWrittenReadsBackEqual(block: Int) throws {
        for seed in (block * 100)..<(block * 100 + 100) {
            var generator = Generator(seed: seed)
            let profile = generator.profile()
            let text = profile.yaml
            do {
                let read = try Profile(yaml: text, file: "random.yaml")
                #expect(read == profile.sorted(), "seed \(seed):\n\(text)")
                #expect(read.yaml == text, "seed \(seed)")
            } catch {
                Issue.record("seed \(seed): \(error)\n\(text)")
            }
        }
    }

    @Test func theFormOfTheGuideIsRead() throws {
        let profile = try Profile(yaml: Self.guide, file: "nginx.yaml")
        #expect(profile.name == "nginx")
        #expect(profile.selector == Selector(image: "nginx*", containerName: "web"))
        #expect(profile.mode == .enforce)
        #expect(profile.actions == Actions(exec: .kill, file: .alert, egress: .deny, listen: .deny))
        #expect(profile.response == Response(mayKill: [.initProcess, .execs], breaker: 30))
        let rules = try #require(profile.executables.first)
        #expect(rules.exec == [ExecRule(path: "/bin/true")])
        #expect(rules.files.first?.access == [.write, .create])
        #expect(rules.files.first?.evidence?.count == 3)
        #expect(rules.files.first?.evidence?.firstSeen == 1_795_291_200_000_000_000)
        #expect(rules.egress.first?.prefix.text == "10.0.0.0/8")
        #expect(rules.egress.last?.ports == 8000...8080)
        #expect(rules.listen.first?.prefix == .any)
        #expect(profile.learned?.losses == ["file": 3])
    }

    @Test func aRuleIsOneLineAndItsEvidenceTheNext() {
        let rule = FileRule(
            path: "/var/log/nginx/*.log", access: [.create, .write],
            evidence: Evidence(count: 3, firstSeen: 0, lastSeen: 1_500_000_000), reason: "by hand")
        let profile = Profile(
            name: "nginx",
            executables: [ExecutableRules(executable: "/usr/sbin/nginx", files: [rule])])
        #expect(
            profile.yaml == """
                apiVersion: loadline.dev/v1alpha1
                kind: IntegrityProfile
                metadata:
                  name: nginx
                spec:
                  selector: {}
                  actions: {exec: kill, file: kill, egress: deny, listen: deny}
                  response: {mayKill: []}
                  executables:
                    - executable: /usr/sbin/nginx
                      files:
                        - {path: /var/log/nginx/*.log, access: [write, create],
                           seen: {count: 3, first: 1970-01-01T00:00:00Z, last: 1970-01-01T00:00:01.5Z},
                           reason: "by hand"}

                """)
    }

    @Test func fiftyThousandRulesFit() throws {
        let seen = Evidence(
            count: 7, firstSeen: 1_795_291_200_123_456_789, lastSeen: 1_795_291_200_123_456_789)
        let files = (0..<50_000).map {
            FileRule(
                path: "/srv/application/releases/current/assets/images/\($0).png", access: .read,
                evidence: seen)
        }
        var profile = Profile(
            name: "big", executables: [ExecutableRules(executable: "/bin/app", files: files)])
        let text = profile.yaml
        #expect(text.utf8.count < ProfileLimits.fileBytes)
        // Reading all of them takes seconds in a debug build; the form is the same.
        profile.executables[0].files.removeLast(48_000)
        let read = try Profile(yaml: profile.yaml, file: "big.yaml")
        #expect(read.executables.first?.files.count == 2_000)
    }

    /// Who may be killed is named, or said by whoever writes the actions.
    @Test(arguments: [
        ("actions: {exec: kill}", Set(Response.Spared.allCases)),
        ("mode: enforce", Set<Response.Spared>()),
        ("actions: {exec: kill}\n  response: {mayKill: []}", Set<Response.Spared>()),
        ("actions: {exec: kill}\n  response: {breaker: 9}", Set(Response.Spared.allCases)),
        ("response: {mayKill: [init]}", Set([Response.Spared.initProcess])),
    ])
    func whoMayBeKilled(_ lines: String, _ expected: Set<Response.Spared>) throws {
        let text = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: a}
            spec:
            """
        let profile = try Profile(yaml: text + "\n  " + lines + "\n", file: "a.yaml")
        #expect(profile.response.mayKill == expected)
    }

    static let guide = """
        apiVersion: loadline.dev/v1alpha1
        kind: IntegrityProfile
        metadata:
          name: nginx
          labels: {}
        spec:
          selector: { image: "nginx*", containerName: web, labels: {} }
          mode: enforce            # optional
          actions: { exec: kill, file: alert, egress: deny, listen: deny }
          response: { mayKill: [execs, init], breaker: 30 }
          executables:
            - executable: /usr/sbin/nginx
              exec:
                - path: /bin/true
              files:
                - path: /var/log/nginx/*.log
                  access: [write, create]
                  seen: {count: 3, first: 2026-11-21T20:00:00Z, last: 2026-11-21T20:00:01Z}
                  reason: by hand
              egress:
                - { protocol: tcp, address: 10.0.0.0/8, port: 5432 }
                - { protocol: udp, address: fd00::/8, port: 8000-8080 }
              listen:
                - { protocol: tcp, address: any, port: 80 }
        status:
          learned: {from: 2026-11-21T20:00:00Z, to: 2026-11-21T20:10:00Z, records: 17, losses: {file: 3}}
        """
}
