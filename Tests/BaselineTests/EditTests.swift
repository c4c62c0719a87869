import Baseline
import SysFlow
import Testing

@Suite struct EditTests {
    static let written = """
        # The shop's front.
        apiVersion: loadline.dev/v1alpha1
        kind: IntegrityProfile
        metadata: {name: web}
        spec:
          selector: {image: web}
          actions: {capability: deny, act: kill}
          executables:
            - executable: /bin/app
              # What it reads.
              files:
                - {path: /etc/b.conf, access: [read]}  # its own
                # Odd order is kept.
                - path: /etc/a.conf
                  access: [read, write]
                  reason: by hand
              # Names.
              capabilities: [CAP_CHOWN]
              acts: []
            - executable: /bin/other

        """

    private static func deviation(
        _ dimension: Dimension, _ object: String, by subject: String = "/bin/app",
        _ access: [String] = []
    ) throws -> Deviation {
        try Deviation(subject: subject, dimension: dimension, access: access, object: object)
    }

    private static func allowing(_ deviation: Deviation) throws -> (String, Profile) {
        let old = try Profile(yaml: written, file: "web.yaml")
        var new = old
        new.allow(deviation, reason: "asked: for")
        #expect(Explanation(deviation, in: new).isAllowed)
        let text = ProfileText(changing: written, from: old, to: new)
        #expect(text.isPatched, "\(text.text)")
        #expect(try Profile(yaml: text.text, file: "web.yaml").sorted() == new.sorted())
        return (text.text, new)
    }

    /// What was asked, and the one line or lines that come in.
    static let allowed: [(Dimension, String, String, [String], [String])] = [
        (
            .file, "/etc/c.conf", "/bin/app", ["read"],
            ["            - {path: /etc/c.conf, access: [read], reason: \"asked: for\"}"]
        ),
        (
            .exec, "/bin/sh", "/bin/app", ["exec"],
            ["          exec:", "            - {path: /bin/sh, reason: \"asked: for\"}"]
        ),
        (
            .capability, "CAP_KILL", "/bin/app", ["use"],
            ["          capabilities: [CAP_CHOWN, {name: CAP_KILL, reason: \"asked: for\"}]"]
        ),
        (
            .act, "ptrace", "/bin/app", ["use"],
            ["          acts: [{name: ptrace, reason: \"asked: for\"}]"]
        ),
        (
            .egress, "tcp [fd00::1]:443", "/bin/app", ["connect"],
            [
                "          egress:",
                "            - {protocol: tcp, address: \"fd00::1\", port: 443, "
                    + "reason: \"asked: for\"}",
            ]
        ),
        (
            .listen, "udp 0.0.0.0:53", "/bin/other", ["listen"],
            [
                "          listen:",
                "            - {protocol: udp, address: any, port: 53, reason: \"asked: for\"}",
            ]
        ),
        (
            .exec, "/bin/sh", "<runtime>", ["exec"],
            [
                "        - executable: \"<runtime>\"", "          exec:",
                "            - {path: /bin/sh, reason: \"asked: for\"}",
            ]
        ),
    ]

    @Test(arguments: allowed.indices) func oneLineComesIn(_ i: Int) throws {
        let (dimension, object, subject, access, lines) = Self.allowed[i]
        let deviation = try Self.deviation(dimension, object, by: subject, access)
        let (text, _) = try Self.allowing(deviation)
        let before = Set(Self.written.split(separator: "\n").map(String.init))
        let after = text.split(separator: "\n").map(String.init)
        let expected = lines.map { $0.dropFirst(4) }.map(String.init)
        #expect(after.filter { !before.contains($0) } == expected, "\(text)")
        // Every comment is there.
        for comment in ["# The shop's front.", "# its own", "# Odd order is kept.", "# Names."] {
            #expect(text.contains(comment), "\(text)")
        }
    }

    @Test func accessIsAddedInItsPlace() throws {
        let (text, _) = try Self.allowing(
            try Self.deviation(.file, "/etc/b.conf", ["read", "write"]))
        #expect(text.contains("{path: /etc/b.conf, access: [read, write]}  # its own"))
        let (other, _) = try Self.allowing(try Self.deviation(.file, "/etc/a.conf", ["delete"]))
        #expect(other.contains("      access: [read, write, delete]\n"))
    }

    @Test func whatIsAllowedAlreadyChangesNothing() throws {
        let (text, _) = try Self.allowing(try Self.deviation(.file, "/etc/a.conf", ["read"]))
        #expect(text == Self.written)
    }

    @Test func denyingTakesAwayWhatAllowsIt() throws {
        let old = try Profile(yaml: Self.written, file: "web.yaml")
        for (path, access) in [("/etc/a.conf", ["read", "write"]), ("/etc/b.conf", ["read"])] {
            let deviation = try Self.deviation(.file, path, access)
            var new = old
            #expect(new.deny(deviation).isEmpty)
            #expect(!Explanation(deviation, in: new).isAllowed)
            let text = ProfileText(changing: Self.written, from: old, to: new)
            #expect(text.isPatched)
            #expect(!text.text.contains(path))
            #expect(text.text.contains("# The shop's front."))
        }
        var new = old
        _ = new.deny(try Self.deviation(.file, "/etc/a.conf", ["write"]))
        let text = ProfileText(changing: Self.written, from: old, to: new)
        #expect(text.isPatched && text.text.contains("      access: [read]\n"))
    }

    @Test func aPatternIsNotDeniedSilently() throws {
        var profile = Profile(
            name: "p",
            executables: [
                ExecutableRules(
                    executable: "/bin/*", files: [FileRule(path: "/etc/**", access: [.read])])
            ])
        let left = profile.deny(try Self.deviation(.file, "/etc/a", ["read"]))
        #expect(left.map(\.rule.text) == ["file read /etc/**"])
        #expect(left.map(\.subject) == ["/bin/*"])
    }

    /// Editing a written profile by random behaviours gives the profile that was meant, patched or
    /// written anew, and other rules stay.
    @Test func randomEditsAreWhatWasMeant() throws {
        var patched = 0
        for seed in 0..<150 {
            var generator = Generator(seed: seed)
            let old = generator.profile().normalized()
            let text = old.yaml
            var new = old
            var asked: [Deviation] = []
            for _ in 0...generator.below(3) {
                let subject = PathBytes(generator.pathBytes())
                let known = old.executables.first?.executable ?? "/a"
                let path = PathBytes(generator.pathBytes())
                let object: Deviation.Object = generator.pick([
                    .exec(path), .file(path, [.read, .create]),
                    .egress(Endpoint(proto: .tcp, address: IPAddress(v4: 7), port: 80)),
                ])
                let literal = try PathPattern(parsing: known == "<runtime>" ? "/a" : known)
                asked.append(
                    Deviation(
                        subject: generator.chance(50) ? subject : PathBytes(literal.text),
                        object: object))
            }
            for deviation in asked { new.allow(deviation, reason: generator.reason()) }
            let edited = ProfileText(changing: text, from: old, to: new)
            patched += edited.isPatched ? 1 : 0
            let read = try Profile(yaml: edited.text, file: "p")
            #expect(read.sorted() == new.sorted(), "seed \(seed)")
            for deviation in asked {
                #expect(Explanation(deviation, in: read).isAllowed, "seed \(seed): \(deviation)")
            }
            #expect(ProfileDiff(from: old, to: read).changes.allSatisfy { $0.kind != .removed })
        }
        #expect(patched > 100)
    }

    @Test func anExplanationNamesRulesAndWhatDiffers() throws {
        let profile = try Profile(yaml: Self.written, file: "web.yaml")
        let both = Explanation(
            try Self.deviation(.file, "/etc/b.conf", ["read", "write"]), in: profile)
        #expect(!both.isAllowed && both.missing == .write)
        #expect(both.permissions.map(\.rule.text) == ["file read /etc/b.conf"])
        #expect(both.lines.contains("  not allowed of it: write"))
        let one = Explanation(try Self.deviation(.file, "/etc/a.conf", ["write"]), in: profile)
        #expect(one.isAllowed)
        #expect(one.lines.contains("     by hand"))
        let none = Explanation(try Self.deviation(.exec, "/bin/sh"), in: profile)
        #expect(!none.isAllowed && none.permissions.isEmpty)
    }

    static let bad: [(Dimension, String, [String], String)] = [
        (.exec, "bin/sh", [], "is not an absolute path"),
        (.exec, "/bin/*", [], "is a pattern; name one path"),
        (.file, "/a", ["raed"], "did you mean `read`?"),
        (.file, "/a", [], "no access is named"),
        (.egress, "tcp 10.0.0.1", [], "is not an endpoint; write it as `tcp 10.0.0.1:443`"),
        (.egress, "icmp 10.0.0.1:1", [], "is not an endpoint"),
        (.listen, "tcp 10.0.0.1:99999", [], "is not an endpoint"),
        (.act, "ptrase", [], "did you mean `ptrace`?"),
        (.capability, "CAP_KIL", [], "did you mean `CAP_KILL`?"),
    ]

    @Test(arguments: bad) func aBehaviourThatCannotBeRead(
        _ dimension: Dimension, _ object: String, _ access: [String], _ says: String
    ) {
        let error = #expect(throws: Deviation.SyntaxError.self) {
            try Self.deviation(dimension, object, access)
        }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    /// What is allowed at startup is a deviation while serving, and is told and allowed as that.
    @Test(arguments: [
        (Dimension.exec, "/bin/sh"), (.file, "/run/app.pid"), (.capability, "CAP_CHOWN"),
        (.act, "chroot"),
    ])
    func otherPhases(_ dimension: Dimension, _ object: String) throws {
        let text = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: web}
            spec:
              selector: {image: web}
              actions: {capability: deny, act: kill}
              executables:
                - executable: /bin/app
                  exec:
                    - {path: /bin/sh, phase: startup}
                  files:
                    - {path: /run/app.pid, access: [write, create], phase: startup}
                  capabilities:
                    - {name: CAP_CHOWN, phase: startup}
                  acts:
                    - {name: chroot, phase: startup}

            """
        var profile = try Profile(yaml: text, file: "web.yaml")
        var deviation = try Self.deviation(dimension, object, ["write"])
        #expect(Explanation(deviation, in: profile).isAllowed)
        deviation.phase = .startup
        #expect(Explanation(deviation, in: profile).isAllowed)
        deviation.phase = .serving
        #expect(!Explanation(deviation, in: profile).isAllowed)
        #expect(
            profile.nearestRules(to: deviation).text.hasPrefix("allowed in the phase startup only"))
        profile.allow(deviation, reason: nil)
        #expect(Explanation(deviation, in: profile).isAllowed)
        #expect(try Profile(yaml: profile.yaml, file: "web.yaml") == profile.sorted())
    }
}
