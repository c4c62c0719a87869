import Baseline
import SysFlow
import Testing

/// The laws of merging and of differences, on random profiles, and what they mean on small ones.
@Suite struct MergeTests {
    private static func three(_ seed: Int) -> (Profile, Profile, Profile) {
        var generator = Generator(seed: seed)
        let first = generator.profile()
        // Alike enough to meet: the same rules with other evidence, and some of their own.
        return (first, generator.variant(of: first), generator.variant(of: first))
    }

    @Test func mergingIsAJoin() {
        for seed in 0..<150 {
            let (a, b, c) = Self.three(seed)
            let ab = a.merged(with: b)
            #expect(ab == b.merged(with: a), "seed \(seed)")
            #expect(ab.merged(with: c) == a.merged(with: b.merged(with: c)), "seed \(seed)")
            #expect(ab.merged(with: ab) == ab, "seed \(seed)")
            #expect(ab.merged(with: a) == ab, "seed \(seed)")
            #expect(ab.yaml == b.merged(with: a).yaml, "seed \(seed)")
        }
    }

    @Test func aMergedProfileReadsBack() throws {
        for seed in 0..<100 {
            let (a, b, _) = Self.three(seed)
            let merged = a.merged(with: b)
            #expect(try Profile(yaml: merged.yaml, file: "m") == merged, "seed \(seed)")
        }
    }

    @Test func theOrderOfProfilesDoesNotMatterToAQuorum() {
        for seed in 0..<40 {
            var (a, b, c) = Self.three(seed)
            // Each profile is one replica.
            (a.learned, b.learned, c.learned) = (nil, nil, nil)
            let one = QuorumMerge([a, b, c], quorum: 2)
            let other = QuorumMerge([c, a, b], quorum: 2)
            #expect(one.profile == other.profile, "seed \(seed)")
            // What two allow, all together allow.
            let all = QuorumMerge([a, b, c], quorum: 1).profile
            #expect(!ProfileDiff(from: all, to: one.profile).changes.contains { $0.isGrowth })
            // Each rule dropped is none that two allow.
            let pairs = [a.merged(with: a), b.merged(with: b), c.merged(with: c)]
            for rule in one.profile.executables.flatMap(\.exec) {
                #expect(
                    pairs.count { profile in
                        profile.executables.flatMap(\.exec).contains {
                            Self.covers($0.path, rule.path)
                        }
                    } >= 2, "seed \(seed): \(rule.path)")
            }
        }
    }

    private static func covers(_ wide: String, _ narrow: String) -> Bool {
        guard let a = try? PathPattern(parsing: wide), let b = try? PathPattern(parsing: narrow)
        else { return false }
        return PatternMatcher(a).covers(PatternMatcher(b))
    }

    @Test func aDifferenceWithItselfIsNone() {
        for seed in 0..<100 {
            var generator = Generator(seed: seed)
            let profile = generator.profile().normalized()
            #expect(ProfileDiff(from: profile, to: profile).isEmpty, "seed \(seed)")
            // Nor with its rules in another order.
            #expect(ProfileDiff(from: profile, to: Self.reversed(profile)).isEmpty, "seed \(seed)")
            #expect(Self.reversed(profile).yaml == profile.yaml, "seed \(seed)")
        }
    }

    private static func reversed(_ profile: Profile) -> Profile {
        var profile = profile
        profile.executables = profile.executables.reversed().map {
            var rules = $0
            rules.exec.reverse()
            rules.files.reverse()
            rules.egress.reverse()
            rules.listen.reverse()
            rules.capabilities.reverse()
            rules.acts.reverse()
            return rules
        }
        return profile
    }

    @Test func whatAMergeAddsIsADifferenceAndNothingIsLost() {
        for seed in 0..<100 {
            let (a, b, _) = Self.three(seed)
            let merged = a.merged(with: b)
            let diff = ProfileDiff(from: a, to: merged)
            // A dimension that one does not judge loses its rules: nothing else is removed.
            let removed = diff.changes.filter {
                $0.kind == .removed && $0.dimension != .capability && $0.dimension != .act
            }
            #expect(removed.isEmpty, "seed \(seed): \(removed)")
            // Back from the merged one nothing grows.
            let back = ProfileDiff(from: merged, to: a)
            #expect(!back.changes.contains { $0.isGrowth }, "seed \(seed)")
        }
    }

    // MARK: small ones

    private static func profile(_ text: String) throws -> Profile {
        try Profile(
            yaml: """
                apiVersion: loadline.dev/v1alpha1
                kind: IntegrityProfile
                metadata: {name: web}
                spec:
                  selector: {image: web}
                  mode: enforce
                  executables:
                    - executable: /bin/app

                """ + text, file: "web.yaml")
    }

    @Test func anAttackOnOneOfThreeDoesNotEnter() throws {
        func trace(attacked: Bool) -> Profile {
            var trace = Trace()
            trace.process(1, "/bin/app")
            trace.fileFlow(1, "/etc/app.conf", .readOnly)
            trace.fileFlow(1, "/var/log/app", .writeOnly)
            for _ in 0..<(attacked ? 1000 : 0) {
                trace.fileFlow(1, "/etc/shadow", .readOnly)
                trace.fileFlow(1, "/var/log/app", .readOnly)
                trace.flow(
                    1, .connect, from: IPAddress(v4: 1), 9, to: IPAddress(v4: 0x0808_0808), 443)
                trace.exec(1, "/bin/dash")
            }
            return trace.profile()
        }
        var parts = [trace(attacked: false), trace(attacked: true), trace(attacked: false)]
        // Each its own replica, where nothing says that they are one container.
        for i in parts.indices { parts[i].learned = nil }
        let merge = QuorumMerge(parts, quorum: 2)
        #expect(merge.replicas == 3)
        #expect(!ProfileDiff(from: parts[0], to: merge.profile).grows)
        #expect(ProfileDiff(from: parts[0], to: merge.profile).isEmpty)
        let dropped = merge.dropped.map { "\($0.subject): \($0.rule.text) \($0.shown)" }
        #expect(dropped.contains("/bin/app: exec /bin/dash 1"))
        #expect(dropped.contains("/bin/app: file read /etc/shadow 1"))
        #expect(dropped.contains("/bin/app: file read /var/log/app 1"))
        #expect(dropped.contains("/bin/app: egress tcp 8.8.8.8 port 443 1"))
        let all = QuorumMerge(parts, quorum: 1).profile
        #expect(all.files(of: "/bin/app")["/etc/shadow"] == ["read"])
        #expect(QuorumMerge(parts, quorum: 3).profile == merge.profile)
    }

    @Test func aMergedProfileIsTakenApartByItsReplicas() throws {
        let sources = [
            SourceID(replica: "a", recording: 1): Source(replica: "a", recording: 1),
            SourceID(replica: "a", recording: 2): Source(replica: "a", recording: 2),
            SourceID(replica: "b", recording: 1): Source(replica: "b", recording: 1),
        ]
        func rule(_ path: String, _ shown: [(String, Int64)]) -> ExecRule {
            var counts: [SourceID: Int] = [:]
            for (replica, recording) in shown {
                counts[SourceID(replica: replica, recording: recording)] = 5
            }
            return ExecRule(
                path: path,
                evidence: Evidence(
                    counts: counts, isCut: false, firstSeen: 1, lastSeen: 2, example: nil))
        }
        var profile = Profile(
            name: "p",
            executables: [
                ExecutableRules(
                    executable: "/a",
                    exec: [
                        rule("/both", [("a", 1), ("b", 1)]), rule("/twice", [("a", 1), ("a", 2)]),
                        rule("/one", [("b", 1)]),
                    ])
            ])
        profile.learned = Provenance(from: 1, to: 2, records: 3, sources: sources)
        let merge = QuorumMerge([profile], quorum: 2)
        #expect(merge.replicas == 2)
        #expect(merge.profile.executables.flatMap(\.exec).map(\.path) == ["/both"])
        #expect(merge.dropped.map(\.rule.object) == ["/one", "/twice"])
    }

    @Test func aPatternThatOneReplicaShowsDoesNotEnterButWhatTwoShowDoes() throws {
        let wide = try Self.profile("      files: [{path: /d/<int>, access: [read]}]\n")
        let exact = try Self.profile("      files: [{path: /d/3, access: [read]}]\n")
        let files = QuorumMerge([wide, exact], quorum: 2).profile.executables.flatMap(\.files)
        #expect(files.map(\.path) == ["/d/3"])
    }

    static let changes: [(old: String, new: String, says: String, grows: Bool)] = [
        ("files: []", "files: [{path: /a, access: [read]}]", "+ file read /a", true),
        ("files: [{path: /a, access: [read]}]", "files: []", "- file read /a", false),
        (
            "files: [{path: /a, access: [read]}]", "files: [{path: /a, access: [read, write]}]",
            "~ file read -> read, write /a", true
        ),
        (
            "files: [{path: /a, access: [read, write]}]", "files: [{path: /a, access: [read]}]",
            "~ file read, write -> read /a", false
        ),
        // Narrower: another rule, and no growth.
        (
            "files: [{path: /d/*, access: [read]}]", "files: [{path: /d/a<int>, access: [read]}]",
            "+ file read /d/a<int>", false
        ),
        (
            "files: [{path: /d/<hex>, access: [read]}]", "files: [{path: /d/*, access: [read]}]",
            "+ file read /d/*", true
        ),
        (
            "exec: [{path: /bin/a}]", "exec: [{path: /bin/a}, {path: /bin/sh}]",
            "+ exec /bin/sh", true
        ),
        (
            "egress: [{protocol: tcp, address: 10.0.0.0/8, port: any}]",
            "egress: [{protocol: tcp, address: 10.1.0.0/16, port: 443}]",
            "+ egress tcp 10.1.0.0/16 port 443", false
        ),
        (
            "egress: [{protocol: tcp, address: 10.0.0.0/8, port: 443}]",
            "egress: [{protocol: udp, address: 10.0.0.0/8, port: 443}]",
            "+ egress udp 10.0.0.0/8 port 443", true
        ),
        ("exec: [{path: /a, phase: startup}]", "exec: [{path: /a}]", "~ exec /a", true),
        ("exec: [{path: /a}]", "exec: [{path: /a, phase: startup}]", "~ exec /a", false),
        (bound([1]), bound([1, 2]), "~ exec /a", true),
        (bound([1, 2]), bound([2]), "~ exec /a", false),
        (bound([1]), "exec: [{path: /a}]", "~ exec /a", true),
        ("exec: [{path: /a}]", bound([1]), "~ exec /a", false),
    ]

    private static func bound(_ digits: [Int]) -> String {
        let digests = digits.map { "\"" + String(repeating: "\($0)", count: 64) + "\"" }
        return "exec: [{path: /a, sha256: [\(digests.joined(separator: ", "))]}]"
    }

    @Test(arguments: changes.indices) func differences(_ i: Int) throws {
        let (old, new, says, grows) = Self.changes[i]
        let diff = ProfileDiff(
            from: try Self.profile("      \(old)\n"), to: try Self.profile("      \(new)\n"))
        let said = diff.changes.map {
            [$0.mark, $0.dimension.name, $0.access, $0.rule.object]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        #expect(said.contains(says), "\(said)")
        #expect(diff.grows == grows)
        #expect(diff.lines.first == diff.summary)
        #expect(diff.markdown(title: "web.yaml").contains("**allows more**") == grows)
    }

    /// What only a start might do may be done at any time: the object is the same.
    @Test(arguments: [
        ("exec: [{path: /a, phase: startup}]", "exec: [{path: /a}]", "startup -> any", true),
        ("exec: [{path: /a}]", "exec: [{path: /a, phase: startup}]", "any -> startup", false),
        (
            "files: [{path: /a, access: [write], phase: startup}]",
            "files: [{path: /a, access: [write], phase: serving}]", "startup -> serving", true
        ),
        ("exec: []", "exec: [{path: /a, phase: startup}]", "startup", true),
        ("exec: [{path: /a, phase: startup}]", "exec: []", "startup", false),
    ])
    func phasesAreDifferences(_ old: String, _ new: String, _ says: String, _ grows: Bool) throws {
        let diff = ProfileDiff(
            from: try Self.profile("      \(old)\n"), to: try Self.profile("      \(new)\n"))
        #expect(diff.changes.map(\.conditions) == ["phase \(says)"])
        #expect(diff.changes.map(\.before) == [nil])
        #expect(diff.grows == grows)
        #expect(diff.lines.contains { $0.contains(says) })
        #expect(diff.markdown(title: "p").contains("phase \(says) |"))
    }

    @Test func settingsThatStopLessAreGrowth() throws {
        let old = try Self.profile("      files: []\n")
        var new = old
        new.mode = .monitor
        #expect(ProfileDiff(from: old, to: new).grows)
        #expect(!ProfileDiff(from: new, to: old).grows)
        new = old
        new.actions.exec = .alert
        #expect(ProfileDiff(from: old, to: new).settings.map(\.field) == ["actions.exec"])
        #expect(ProfileDiff(from: old, to: new).grows)
        new = old
        new.response.breaker = 5
        #expect(ProfileDiff(from: old, to: new).grows)
        new = old
        new.identity = .path
        #expect(ProfileDiff(from: old, to: new).settings.map(\.field) == ["identity"])
        #expect(ProfileDiff(from: old, to: new).grows && !ProfileDiff(from: new, to: old).grows)
    }

    @Test func whatConditionsWereIsSaid() throws {
        let old = try Self.profile("      \(Self.bound([1]))\n")
        let new = try Self.profile("      exec: [{path: /a, phase: startup}]\n")
        let diff = ProfileDiff(from: old, to: new)
        #expect(
            diff.changes.map(\.conditions) == [
                "phase any -> startup; sha256 111111111111... -> any"
            ])
        #expect(diff.lines.contains { $0.contains("phase any -> startup") })
        #expect(diff.markdown(title: "a").contains("sha256 111111111111... -> any"))
    }

    @Test func aSensitiveObjectIsNewOnlyOnce() throws {
        let old = try Self.profile("      files: [{path: /etc/shadow, access: [read]}]\n")
        let same = try Self.profile("      files: [{path: /etc/shadow, access: [read, write]}]\n")
        let wide = try Self.profile("      files: [{path: /etc/shado*, access: [read]}]\n")
        #expect(ProfileDiff(from: old, to: same).newlySensitive.isEmpty)
        #expect(ProfileDiff(from: old, to: wide).newlySensitive.contains { !$0.isNamed })
    }

    @Test func markdownCannotBeBrokenOutOf() throws {
        let old = try Self.profile("      files: []\n")
        let new = try Self.profile(
            "      files: [{path: \"/a|b`c` [x](y)\", access: [read]}]\n")
        let text = ProfileDiff(from: old, to: new).markdown(title: "a|b\nc")
        #expect(text.contains("/a\\|b\\`c\\` \\[x\\]\\(y\\)"))
        #expect(!text.contains("a|b\nc"))
    }

    static let inclusions: [(String, String, Bool)] = [
        ("/a/*", "/a/b", true), ("/a/*", "/a/<int>", true), ("/a/<int>", "/a/*", false),
        ("/a/<hex>", "/a/<int>", true), ("/a/<int>", "/a/<hex>", false), ("/**", "/a/*/b", true),
        ("/a/*", "/a/**", false), ("/a/**", "/a/*", true), ("/a/*b*", "/a/<int>b<int>", true),
        ("/a/<hex>-<hex>-<hex>-<hex>-<hex>", "/a/<uuid>", true), ("/a/<uuid>", "/a/<hex>", false),
        ("/a*", "/a", false), ("/a/<int>", "/a/<int><int>", true),
        ("/a/<int><int>", "/a/<int>", false),
    ]

    @Test(arguments: inclusions) func inclusion(_ wide: String, _ narrow: String, _ holds: Bool) {
        #expect(Self.covers(wide, narrow) == holds)
    }

    /// What covers admits every path that the covered one does.
    @Test func inclusionHoldsOfPaths() throws {
        var found = 0
        for seed in 0..<400 {
            var generator = Generator(seed: seed)
            let a = generator.smallPattern()
            let b = generator.smallPattern()
            guard PatternMatcher(a).covers(PatternMatcher(b)) else { continue }
            found += 1
            for _ in 0..<50 {
                let path = generator.smallPath()
                if PatternMatcher(b).matches(path) {
                    #expect(PatternMatcher(a).matches(path), "seed \(seed): \(a.text) \(b.text)")
                }
            }
        }
        #expect(found > 20)
    }
}

extension Generator {
    /// The profile with some rules gone, some new, and other evidence.
    mutating func variant(of profile: Profile) -> Profile {
        var other = self.profile()
        if chance(50) { other.name = profile.name }
        if chance(50) { other.selector = profile.selector }
        if chance(50) { other.mode = profile.mode }
        other.executables = other.executables.filter { rules in
            !profile.executables.contains { $0.executable == rules.executable }
        }
        for rules in profile.executables where chance(80) {
            var rules = rules
            for i in rules.exec.indices { rules.exec[i].evidence = evidence() }
            for i in rules.files.indices {
                rules.files[i].access = [pick([.read, .write]), pick([.map, .delete])]
                rules.files[i].reason = chance(50) ? text() : nil
            }
            if chance(50) { rules.files.removeFirst(min(1, rules.files.count)) }
            if chance(50) { rules.exec.removeFirst(min(1, rules.exec.count)) }
            if other.actions.capability == nil { rules.capabilities = [] }
            if other.actions.act == nil { rules.acts = [] }
            other.executables.append(rules)
        }
        return other
    }

    mutating func smallPattern() -> PathPattern {
        var pattern = PathPattern(elements: [.byte(47)])
        for _ in 0...below(2) {
            pattern.elements.append(
                pick([.byte(47), .byte(49), .byte(97), .int, .hex, .base32, .segment, .anyDepth]))
        }
        return pattern
    }

    mutating func smallPath() -> [UInt8] {
        [47] + (0...below(3)).map { _ in pick([47, 49, 97, 103]) }
    }
}
