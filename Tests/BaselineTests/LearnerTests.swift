import Baseline
import SysFlow
import Testing

@Suite struct LearnerTests {
    private let local = IPAddress(v4: 0x0a00_0005)
    private let remote = IPAddress(v4: 0xc0a8_0001)

    @Test func theSubjectOfAnExecIsTheImageBeforeIt() {
        var trace = Trace()
        // The entry point: nothing of it was seen before.
        trace.process(1, "/bin/sh")
        trace.event(1, .exec)
        // fork, then exec: the child begins with the parent's image.
        trace.process(2, "/bin/sh", parent: 1)
        trace.exec(2, "/usr/sbin/nginx", parent: 1)
        // exec and exec again.
        trace.exec(2, "/usr/sbin/worker", parent: 1)
        // Seen only after its exec: the parent's image is the best that is known.
        trace.process(3, "/bin/true", parent: 2)
        trace.event(3, .exec)
        // A process whose parent lies in another container came from outside.
        trace.process(8, "/usr/bin/runc", container: "other")
        trace.process(4, "/bin/probe", parent: 8)
        trace.event(4, .exec)
        // A failed exec shows nothing.
        trace.process(5, "/bin/sh", parent: 1)
        trace.event(5, .exec, result: -2)
        let profile = trace.profile()
        #expect(
            profile.rules(of: ExecutableRules.runtime)?.exec.map(\.path) == [
                "/bin/probe", "/bin/sh",
            ])
        #expect(profile.rules(of: "/bin/sh")?.exec.map(\.path) == ["/usr/sbin/nginx"])
        #expect(profile.rules(of: "/usr/sbin/nginx")?.exec.map(\.path) == ["/usr/sbin/worker"])
        #expect(profile.rules(of: "/usr/sbin/worker")?.exec.map(\.path) == ["/bin/true"])
        #expect(profile.learned?.losses == [:])
    }

    @Test func repeatedAndUnchangedVersionsOfAProcess() {
        var trace = Trace()
        trace.process(1, "/bin/sh")
        trace.process(2, "/bin/sh", parent: 1)
        trace.process(2, "/bin/env", parent: 1, state: .modified)
        // A repetition between the entity and its exec changes nothing.
        trace.process(2, "/bin/env", parent: 1, state: .reup)
        trace.event(2, .exec)
        // The image executes itself, with and without a new version.
        trace.exec(2, "/bin/env", parent: 1)
        trace.event(2, .exec)
        let profile = trace.profile()
        #expect(profile.rules(of: "/bin/sh")?.exec.map(\.path) == ["/bin/env"])
        #expect(profile.rules(of: "/bin/env")?.exec.first?.evidence?.count == 2)
    }

    static let accesses: [(OpenFlags, Operations, [String])] = [
        (.readOnly, .open, ["read"]),
        (.writeOnly, .open, ["write"]),
        (.readWrite, .open, ["read", "write"]),
        ([.writeOnly, .create], .open, ["write", "create"]),
        ([.writeOnly, .truncate], .open, ["write"]),
        ([.readOnly, .create], .open, ["read", "create"]),
        (.readOnly, [.open, .mmap], ["read", "map"]),
        ([], .readReceive, ["read"]),
        ([], [.writeSend, .truncate], ["write"]),
        (.readOnly, [.open, Operations(rawValue: 1 << 24)], ["read", "metadata"]),
    ]

    @Test(arguments: accesses)
    func accessOfAFlow(_ flags: OpenFlags, _ operations: Operations, _ words: [String]) {
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.fileFlow(1, "/data/file", flags, operations)
        #expect(trace.profile().files(of: "/bin/app") == ["/data/file": words])
    }

    /// A descriptor that an image or a process was given is a right to what it was used for; one whose
    /// opening nobody saw is one to what it was opened for.
    @Test func whatWasHandedOnWasNotOpened() {
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.fileFlow(1, "/data/before", .readWrite, [.writeSend])
        trace.process(2, "/bin/app", parent: 1)
        trace.event(2, .clone)
        trace.fileFlow(2, "/data/log", .readWrite, [.writeSend, .close])
        trace.exec(2, "/bin/opener", parent: 1)
        trace.fileFlow(2, "/data/keys", .readWrite, .open)
        trace.exec(2, "/bin/user", parent: 1)
        trace.fileFlow(2, "/data/keys", .readWrite, .close)
        trace.fileFlow(2, "/data/page", .readWrite, .readReceive)
        trace.fileFlow(2, "/data/map", .readOnly, .mmap)
        let profile = trace.profile()
        #expect(
            profile.files(of: "/bin/app") == [
                "/data/before": ["read", "write"], "/data/log": ["write"],
            ])
        #expect(profile.files(of: "/bin/opener") == ["/data/keys": ["read", "write"]])
        #expect(
            profile.files(of: "/bin/user") == [
                "/data/page": ["read"], "/data/map": ["read", "map"],
            ])
    }

    @Test func fileEventsAndWhatHasNoPath() {
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.fileEvent(1, .mkdir, "/a/dir")
        trace.fileEvent(1, .rmdir, "/a/gone")
        trace.fileEvent(1, .unlink, "/a/file")
        trace.fileEvent(1, .rename, "/a/from", "/a/to")
        trace.fileEvent(1, .link, "/a/source", "/a/hard")
        trace.fileEvent(1, .symlink, "/a/target", "/a/soft")
        trace.fileEvent(1, .truncate, "/a/cut")
        trace.fileEvent(1, Operations(rawValue: 1 << 23), "/a/marked")
        trace.fileEvent(1, .unlink, "/a/failed", result: -13)
        trace.fileFlow(1, "/run/db.sock", [], [.connect, .writeSend], type: "u")
        trace.fileFlow(1, "/run/kept.sock", [], [.writeSend], type: "u")
        trace.fileFlow(1, "pipe:[17]", [], [.writeSend], type: "p")
        #expect(
            trace.profile().files(of: "/bin/app") == [
                "/a/dir": ["create"], "/a/gone": ["delete"], "/a/file": ["delete"],
                "/a/from": ["delete"], "/a/to": ["create", "delete"],
                "/a/source": ["read", "write"], "/a/hard": ["create"],
                "/a/soft": ["create"], "/a/cut": ["write"], "/a/marked": ["metadata"],
                "/run/db.sock": ["connect"],
            ])
    }

    @Test func connectionsAndListeners() throws {
        var trace = Trace()
        trace.process(1, "/bin/app")
        trace.flow(1, .connect, from: local, 40_000, to: remote, 5432)
        trace.flow(1, .writeSend, from: local, 40_001, to: remote, 53, proto: 17)
        // The later part of a connection, and another protocol, show nothing.
        trace.flow(1, .writeSend, from: local, 40_002, to: remote, 9999)
        trace.flow(1, .connect, from: local, 1, to: remote, 2, proto: 132)
        // Accepted: the client's port is no destination.
        trace.flow(1, [.accept, .writeSend], from: remote, 50_000, to: local, 80)
        trace.flow(1, [.accept, .writeSend], from: remote, 50_001, to: local, 8080)
        trace.networkEvent(1, Operations(rawValue: 1 << 29), local: IPAddress(v4: 0), 8080)
        trace.networkEvent(
            1, Operations(rawValue: 1 << 28), local: IPAddress(v4: 0x7f00_0001), 6379)
        trace.networkEvent(1, Operations(rawValue: 1 << 28), local: local, 0)
        trace.networkEvent(1, .connect, local: local, 1, to: remote, 1234, result: -111)
        trace.networkEvent(1, .connect, local: local, 1, to: remote, 1235, result: -115)
        let rules = try #require(trace.profile().rules(of: "/bin/app"))
        let egress = rules.egress.map { "\($0.proto) \($0.prefix.text) \($0.ports.lowerBound)" }
        // 1234 refused the connection: the attempt is what the hook judges.
        #expect(
            egress == [
                "tcp 192.168.0.1 1234", "tcp 192.168.0.1 1235", "tcp 192.168.0.1 5432",
                "udp 192.168.0.1 53",
            ])
        let listen = rules.listen.map { "\($0.proto) \($0.prefix.text) \($0.ports.lowerBound)" }
        #expect(listen == ["tcp any 80", "tcp 127.0.0.1 6379", "tcp any 8080"])
        #expect(rules.listen.first { $0.ports == 80...80 }?.reason != nil)
        #expect(rules.listen.first { $0.ports == 8080...8080 }?.reason == nil)
        #expect(rules.listen.first { $0.ports == 8080...8080 }?.evidence?.count == 2)
    }

    @Test func containersAreLearnedApartAndHostsNotAtAll() {
        var trace = Trace()
        trace.add(container: "ffff00001111")
        trace.process(1, "/bin/a")
        trace.process(2, "/bin/b", container: "ffff00001111")
        trace.process(3, "/bin/host", container: nil)
        for pid in 1...3 { trace.fileFlow(pid, "/data/\(pid)", .readOnly) }
        let learner = trace.learner()
        #expect(learner.containers == ["0123456789ab", "ffff00001111"])
        #expect(
            learner.behaviours(of: "ffff00001111")?.profile(name: "b").executables.map(\.executable)
                == ["/bin/b"])
        #expect(learner.container("ffff00001111")?.image == "nginx:1.25")
        #expect(trace.learner(Learner.Options(container: "ffff")).containers == ["ffff00001111"])
        #expect(learner.unattributed == [:])
    }

    @Test func whatCannotBeAttributedIsALossOfItsDimension() throws {
        var trace = Trace()
        trace.process(1, "/bin/a")
        trace.fileFlow(1, "/data/a", .readOnly)
        trace.fileFlow(9, "/data/a", .readOnly)
        trace.flow(9, .connect, from: local, 1, to: remote, 2)
        trace.fileFlow(1, "/data/\u{fffd}", .readOnly)
        trace.process(2, "sh")
        trace.event(2, .exec)
        let behaviours = try #require(trace.learner().behaviours(of: Trace.container))
        #expect(behaviours.losses == [.file: 2, .egress: 1, .exec: 1])
        let profile = behaviours.profile(name: "p")
        #expect(profile.learned?.losses == ["file": 2, "egress": 1, "exec": 1])
        #expect(try Profile(yaml: profile.yaml, file: "p.yaml") == profile)
    }

    @Test func aNewHeaderForgetsTheTables() {
        var trace = Trace()
        trace.process(1, "/bin/a")
        trace.fileFlow(1, "/data/a", .readOnly)
        trace.records.append(.header(Header(exporter: "test")))
        trace.fileFlow(1, "/data/a", .readOnly)
        #expect(trace.learner().unattributed == [.file: 1])
        #expect(trace.profile().files(of: "/bin/a") == ["/data/a": ["read"]])
    }

    @Test func processesAreForgottenAMinuteAfterTheirExit() {
        var trace = Trace()
        trace.process(1, "/bin/a")
        trace.process(2, "/bin/b")
        trace.event(1, .exit)
        trace.event(2, .exit, tid: 77)
        trace.fileFlow(1, "/data/late", .readOnly)
        trace.time += 61_000_000_000
        trace.process(3, "/bin/c")
        trace.event(3, .exit)
        trace.fileFlow(1, "/data/too-late", .readOnly)
        trace.fileFlow(2, "/data/b", .readOnly)
        #expect(trace.learner().unattributed == [.file: 1])
        #expect(trace.profile().files(of: "/bin/a") == ["/data/late": ["read"]])
        #expect(trace.profile().files(of: "/bin/b") == ["/data/b": ["read"]])
    }

    @Test func limitsHoldAndAreCounted() throws {
        var trace = Trace()
        trace.process(1, "/bin/a")
        for i in 0..<100 {
            trace.fileFlow(1, "/data/" + String(repeating: "x", count: i + 1), .readOnly)
            trace.flow(1, .connect, from: local, 1, to: remote, UInt16(i + 1))
        }
        let options = Learner.Options(limits: Behaviours.Limits(files: 10, others: 20))
        let behaviours = try #require(trace.learner(options).behaviours(of: Trace.container))
        #expect(behaviours.losses == [.file: 90, .egress: 80])
        let rules = try #require(behaviours.profile(name: "p").rules(of: "/bin/a"))
        #expect(rules.files.count == 10)
        #expect(rules.egress.count == 20)
        let few = try #require(
            trace.learner(Learner.Options(files: 8)).behaviours(of: Trace.container))
        #expect(few.losses == [:], "files are cited at once here: forgetting the old costs nothing")
    }

    @Test func temporaryNamesWithoutEndTakeOneRule() throws {
        var trace = Trace()
        trace.process(1, "/usr/bin/redis-server")
        for i in 0..<10_000 {
            trace.fileFlow(1, "/var/lib/redis/temp-\(i).rdb", [.writeOnly, .create])
        }
        trace.fileFlow(1, "/etc/redis.conf", .readOnly)
        let learner = trace.learner(Learner.Options(limits: Behaviours.Limits(files: 5000)))
        let behaviours = try #require(learner.behaviours(of: Trace.container))
        #expect(behaviours.losses == [:])
        let rules = try #require(behaviours.profile(name: "p").rules(of: "/usr/bin/redis-server"))
        #expect(rules.files.map(\.path) == ["/etc/redis.conf", "/var/lib/redis/temp-<int>.rdb"])
        #expect(rules.files.last?.evidence?.count == 10_000)
    }

    @Test func replicasMergeIntoOneProfile() throws {
        var trace = Trace()
        trace.add(container: "ffff00001111")
        trace.process(1, "/bin/a")
        trace.process(2, "/bin/a", container: "ffff00001111")
        trace.fileFlow(1, "/data/both", .readOnly)
        trace.fileFlow(2, "/data/both", .writeOnly)
        trace.fileFlow(2, "/data/one", .readOnly)
        trace.networkEvent(2, Operations(rawValue: 1 << 29), local: IPAddress(v4: 0), 80)
        var learner = trace.learner()
        learner.note(losses: 4, in: .exec, of: Trace.container)
        let profile = learner.mergedBehaviours().profile(name: "a")
        #expect(
            profile.files(of: "/bin/a") == [
                "/data/both": ["read", "write"], "/data/one": ["read"],
            ])
        #expect(profile.rules(of: "/bin/a")?.files.first?.evidence?.count == 2)
        #expect(profile.rules(of: "/bin/a")?.listen.first?.prefix == .any)
        #expect(profile.learned?.records == 4)
        #expect(profile.learned?.losses == ["exec": 4])
    }

    @Test func pathsAreBytesNotCharacters() {
        var trace = Trace()
        trace.process(1, "/bin/a")
        trace.fileFlow(1, "/data/\u{e9}", .readOnly)
        trace.fileFlow(1, "/data/e\u{301}", .readOnly)
        #expect(trace.profile().rules(of: "/bin/a")?.files.count == 2)
    }
}
