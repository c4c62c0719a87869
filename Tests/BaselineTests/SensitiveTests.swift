import Baseline
import SysFlow
import Testing

@Suite struct SensitiveTests {
    // MARK: the list

    @Test func everyClassHasAnObjectAndEveryObjectAReason() {
        let list = SensitiveList.builtin
        let used = Set(list.objects.compactMap(\.neverLearned))
        #expect(Set(list.classes.map(\.name)) == used.union([NeverLearnedClass.writtenCode]))
        #expect(list.objects.allSatisfy { !$0.reason.isEmpty })
        #expect(list.objects.count > 150)
        #expect(Set(list.objects.map(\.text)).count == list.objects.count)
    }

    private static let head = """
        apiVersion: loadline.dev/v1alpha1
        kind: SensitiveObjects
        classes: [{name: c, reason: r}]
        objects:

        """

    static let bad: [(entry: String, says: String)] = [
        ("{weight: 11, reason: r, paths: [/a]}", "11 is no weight; write a number from 1 to 10"),
        ("{weight: 1, paths: [/a]}", "reason: missing; write reason: and why"),
        ("{weight: 1, reason: r}", "names no object; write one of paths, programs"),
        ("{weight: 1, reason: r, path: [/a]}", "unknown field `path`; did you mean `paths`?"),
        ("{weight: 1, reason: r, class: d, paths: [/a]}", "unknown class `d`"),
        ("{weight: 1, reason: r, paths: [a/b]}", "is not an absolute path"),
        ("{weight: 1, reason: r, acts: [ptrase]}", "did you mean `ptrace`?"),
        ("{weight: 1, reason: r, destinations: [10.0.0.1/8]}", "bits set beyond its length"),
        ("{weight: 1, reason: r, access: [run], paths: [/a]}", "unknown access `run`"),
    ]

    @Test(arguments: bad) func aBadListIsRefused(_ bad: (entry: String, says: String)) {
        let error = #expect(throws: ProfileErrors.self) {
            try SensitiveList(yaml: Array("\(Self.head)  - \(bad.entry)\n".utf8), file: "s.yaml")
        }
        let text = error?.description ?? ""
        #expect(text.contains(bad.says), "\(text)")
        #expect(text.hasPrefix("s.yaml:5:"))
    }

    @Test func aGoodListIsRead() throws {
        let text = Self.head + "  - {weight: 3, reason: r, class: c, paths: [/a/**], acts: [bpf]}\n"
        let list = try SensitiveList(yaml: Array(text.utf8), file: "s.yaml")
        #expect(list.objects.map(\.text) == ["/a/**", "bpf"])
        #expect(list.objects.allSatisfy { $0.weight == 3 && $0.neverLearned == "c" })
    }

    // MARK: breadth

    static let admitting: [(rules: ExecutableRules, admitted: [String], named: [String])] = [
        (
            ExecutableRules(
                executable: "/a", files: [FileRule(path: "/etc/nginx/**", access: .read)]),
            [], []
        ),
        (
            ExecutableRules(executable: "/a", files: [FileRule(path: "/etc/*", access: .map)]),
            ["/etc/shadow"], []
        ),
        (
            ExecutableRules(
                executable: "/a", files: [FileRule(path: "/etc/shadow", access: .read)]),
            [], ["/etc/shadow"]
        ),
        // Reading programs is no gain, writing them is.
        (
            ExecutableRules(
                executable: "/a", files: [FileRule(path: "/usr/bin/**", access: .read)]),
            [], []
        ),
        (
            ExecutableRules(
                executable: "/a", files: [FileRule(path: "/usr/bin/**", access: .write)]),
            ["write, create, delete, metadata /usr/bin/**"], []
        ),
        (
            ExecutableRules(executable: "/a", exec: [ExecRule(path: "/usr/bin/da*")]),
            ["exec /usr/bin/dash"], []
        ),
        (
            ExecutableRules(executable: "/a", exec: [ExecRule(path: "/usr/bin/dash")]),
            [], ["exec /usr/bin/dash"]
        ),
        (
            ExecutableRules(
                executable: "/a", egress: [EgressRule(proto: .tcp, prefix: .any, ports: 80...80)]),
            ["169.254.169.254", "fd00:ec2::254"], []
        ),
        (
            ExecutableRules(
                executable: "/a",
                egress: [
                    EgressRule(
                        proto: .tcp, prefix: Prefix(IPAddress(v4: 0xa9fe_a9fe)), ports: 80...80)
                ]),
            [], ["169.254.169.254"]
        ),
        (
            ExecutableRules(
                executable: "/a",
                egress: [
                    EgressRule(
                        proto: .tcp, prefix: Prefix(IPAddress(v4: 0x0a00_0000), length: 104),
                        ports: 10_000...11_000)
                ]),
            ["any port 10250"], []
        ),
        (
            ExecutableRules(
                executable: "/a",
                egress: [
                    EgressRule(
                        proto: .tcp, prefix: Prefix(IPAddress(v4: 0x0a00_0000), length: 104),
                        ports: 443...443)
                ]),
            [], []
        ),
        (ExecutableRules(executable: "/a", acts: [ActRule(act: .bpf)]), [], ["bpf"]),
    ]

    @Test(arguments: admitting.indices) func breadth(_ i: Int) {
        let (rules, admitted, named) = Self.admitting[i]
        let breadth = Profile(name: "p", executables: [rules]).breadth()
        for object in admitted { #expect(breadth.admitted.map(\.object).contains(object)) }
        #expect(breadth.admitted.isEmpty == admitted.isEmpty, "\(breadth.admitted)")
        #expect(breadth.named.map(\.object) == named)
        #expect((breadth.score > 0) == !admitted.isEmpty)
    }

    @Test func eachObjectCountsOnce() {
        let rule = FileRule(path: "/etc/shado*", access: .read)
        let wider = FileRule(path: "/etc/shadow*", access: .read)
        let one = Profile(
            name: "p", executables: [ExecutableRules(executable: "/a", files: [rule])])
        let two = Profile(
            name: "p",
            executables: [
                ExecutableRules(executable: "/a", files: [rule]),
                ExecutableRules(executable: "/b", files: [rule, wider]),
            ])
        #expect(one.breadth().score == 16)
        #expect(two.breadth().score == 16)
        #expect(two.breadth().findings.count > one.breadth().findings.count)
    }

    @Test(arguments: [
        ("/srv/**", "/srv/a", true), ("/srv/a", "/srv/a", true), ("/srv/a", "/srv/**", true),
        ("/srv/<int>", "/srv/a", false), ("/srv/<int>", "/srv/*", true),
    ])
    func writtenAndRun(_ written: String, _ run: String, _ isFound: Bool) {
        let profile = Profile(
            name: "p",
            executables: [
                ExecutableRules(executable: "/a", exec: [ExecRule(path: run)]),
                ExecutableRules(
                    executable: "/b", files: [FileRule(path: written, access: .create)]),
            ])
        let found = profile.breadth().findings.filter { $0.object == "code written by /b" }
        #expect(found.count == (isFound ? 1 : 0))
    }

    // MARK: never learned

    struct Seen: Sendable {
        var name: String
        var refused: String
        var show: @Sendable (inout Trace) -> Void
    }

    static let classes: [Seen] = [
        Seen(name: "memfd-exec", refused: "exec memfd:x") { $0.exec(1, "memfd:x") },
        Seen(name: "written-code", refused: "exec /tmp/x") {
            $0.fileFlow(1, "/tmp/x", [.writeOnly, .create])
            $0.exec(1, "/tmp/x")
        },
        Seen(name: "written-code", refused: "exec /opt/y") {
            // Under another name, and by another program.
            $0.process(2, "/bin/mv")
            $0.fileEvent(2, .rename, "/tmp/x", "/opt/y")
            $0.exec(1, "/opt/y")
        },
        Seen(name: "written-code", refused: "map /tmp/x.so") {
            $0.fileFlow(1, "/tmp/x.so", [.writeOnly, .create])
            $0.fileFlow(1, "/tmp/x.so", .readOnly, [.open, .mmap])
        },
        Seen(name: "ptrace", refused: "ptrace") { $0.use(1, .act, "ptrace") },
        Seen(name: "ptrace", refused: "CAP_SYS_PTRACE") {
            $0.use(1, .capability, "CAP_SYS_PTRACE")
        },
        Seen(name: "foreign-memory", refused: "foreign-memory") {
            $0.use(1, .act, "foreign-memory")
        },
        Seen(name: "foreign-memory", refused: "read, write /proc/7/mem") {
            $0.fileFlow(1, "/proc/7/mem", .readWrite)
        },
        Seen(name: "module", refused: "module") { $0.use(1, .act, "module") },
        Seen(name: "bpf", refused: "bpf") { $0.use(1, .act, "bpf") },
        Seen(name: "host-namespace", refused: "setns:net") { $0.use(1, .act, "setns:net") },
        Seen(name: "runtime-socket", refused: "connect /run/docker.sock") {
            $0.fileFlow(1, "/run/docker.sock", [], .connect, type: "u")
        },
    ]

    @Test(arguments: classes.indices) func neverLearnedUnlessAllowed(_ i: Int) {
        let seen = Self.classes[i]
        var trace = Trace()
        trace.process(1, "/bin/app")
        // However often it was seen.
        for _ in 0..<1000 { seen.show(&trace) }
        trace.fileFlow(1, "/etc/app.conf", .readOnly)

        let profile = trace.profile()
        let texts = profile.refused.filter { $0.neverLearned == seen.name }.map(\.behaviour)
        #expect(Set(texts) == [seen.refused])
        #expect(profile.refused.reduce(0) { $0 + ($1.evidence?.count ?? 0) } >= 1000)
        #expect(!Self.text(profile).contains(seen.refused))
        #expect(Self.text(profile).contains("read /etc/app.conf"))

        let allowed = trace.profile(allowing: [seen.name])
        #expect(!allowed.refused.map(\.neverLearned).contains(seen.name))
        #expect(Self.text(allowed).contains(seen.refused) || seen.name == "written-code")
        let other = trace.profile(allowing: ["none"])
        #expect(other.refused == profile.refused)
    }

    @Test func writtenCodeIsLearnedWhereItIsAllowed() {
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.fileFlow(1, "/tmp/x.so", [.writeOnly, .create])
        trace.fileFlow(1, "/tmp/x.so", .readOnly, [.open, .mmap])
        trace.exec(1, "/tmp/x.so")
        let refused = trace.profile()
        #expect(refused.files(of: "/bin/app")["/tmp/x.so"] == ["read", "write", "create"])
        #expect(refused.rules(of: "/bin/app")?.exec.isEmpty == true)
        let allowed = trace.profile(allowing: [NeverLearnedClass.writtenCode])
        #expect(allowed.files(of: "/bin/app")["/tmp/x.so"] == ["read", "write", "create", "map"])
        #expect(allowed.rules(of: "/bin/app")?.exec.map(\.path) == ["/tmp/x.so"])
    }

    /// Every rule on one line: what it allows, in the words of a refusal.
    private static func text(_ profile: Profile) -> [String] {
        profile.executables.flatMap { rules in
            rules.exec.map { "exec \($0.path)" }
                + rules.files.map { "\($0.access.words.joined(separator: ", ")) \($0.path)" }
                + rules.capabilities.map(\.capability.name) + rules.acts.map(\.act.name)
        }
    }
}
