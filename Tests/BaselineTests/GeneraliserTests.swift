import Baseline
import SysFlow
import Testing

@Suite struct GeneraliserTests {
    private func files(_ paths: [String], _ flags: OpenFlags = .readOnly) -> [String] {
        var trace = Trace()
        trace.process(1, "/bin/app")
        for path in paths { trace.fileFlow(1, path, flags) }
        return trace.profile().rules(of: "/bin/app")?.files.map(\.path) ?? []
    }

    static let read: [([String], [String])] = [
        // The form of one example is enough.
        (["/proc/17/stat"], ["/proc/<int>/stat"]),
        (["/proc/17/task/18/stat"], ["/proc/<int>/task/<int>/stat"]),
        (["/proc/17"], ["/proc/<int>"]),
        (["/proc/sys/net/17"], ["/proc/sys/net/17"]),
        (["/c/01234567-89ab-cdef-0123-456789abcdef/x"], ["/c/<uuid>/x"]),
        (["/c/01234567-89ab-cdef-0123-456789abcdef0/x"], ["/c/01234567-89ab-cdef-0123-<hex>/x"]),
        (["/c/3f2a9b8c7d6e.js"], ["/c/<hex>.js"]),
        (["/c/3f2a9b8c7d6.js"], ["/c/3f2a9b8c7d6.js"]),
        (["/c/deadbeefdeadbeef"], ["/c/deadbeefdeadbeef"]),
        (["/c/20241121200000"], ["/c/20241121200000"]),
        // Dates.
        (["/l/app-2026-11-22.log"], ["/l/app-<int>-<int>-<int>.log"]),
        (["/l/app.20261122"], ["/l/app.<int>"]),
        (["/l/2026_11_22/x"], ["/l/<int>_<int>_<int>/x"]),
        (["/l/2026-13-22"], ["/l/2026-13-22"]),
        (["/l/2026-11-221"], ["/l/2026-11-221"]),
        (["/l/2026-11_22"], ["/l/2026-11_22"]),
        (["/l/20261322", "/l/1.20.30"], ["/l/1.20.30", "/l/20261322"]),
        (["/l/20261122x"], ["/l/20261122x"]),
        (
            ["/v/..2026_11_22_10_00_00.123456789/a"],
            ["/v/..<int>_<int>_<int>_<int>_<int>_<int>.<int>/a"]
        ),
        // Numbers: three different ones in one place.
        (["/d/a1", "/d/a2"], ["/d/a1", "/d/a2"]),
        (["/d/a1", "/d/a2", "/d/a3"], ["/d/a<int>"]),
        (["/d/1/x", "/d/2/x", "/d/3/y"], ["/d/<int>/x", "/d/<int>/y"]),
        (
            ["/v1/f1", "/v1/f2", "/v1/f3", "/v2/f1"],
            ["/v1/f<int>", "/v2/f1"]
        ),
        (["/m/1-1", "/m/2-2", "/m/3-3"], ["/m/<int>-<int>"]),
        (["/h/1a", "/h/2a", "/h/3a"], ["/h/1a", "/h/2a", "/h/3a"]),
        // Siblings alone are no reason.
        (
            ["/w/apple", "/w/berry", "/w/cherry", "/w/damson"],
            ["/w/apple", "/w/berry", "/w/cherry", "/w/damson"]
        ),
    ]

    @Test(arguments: read)
    func readPaths(_ paths: [String], _ expected: [String]) { #expect(files(paths) == expected) }

    static let made: [([String], [String])] = [
        (["/tmp/xyz.AbC123", "/tmp/xyz.x9Zk2Q", "/tmp/xyz.qW3rT5"], ["/tmp/xyz.*"]),
        (["/tmp/xyz.AbC123", "/tmp/xyz.x9Zk2Q"], ["/tmp/xyz.AbC123", "/tmp/xyz.x9Zk2Q"]),
        (["/tmp/tmpab1cd_8x", "/tmp/tmpx_12345z", "/tmp/tmp00000000"], ["/tmp/tmp*"]),
        // Python's, whose parts look like numbers, ids or words.
        (
            [
                "/dev/shm/wgunicorn-011rwyb8", "/dev/shm/wgunicorn-3_9d7i9q",
                "/dev/shm/wgunicorn-47chjpz9", "/dev/shm/wgunicorn-501_nbh4",
                "/dev/shm/wgunicorn-_2ewksf0", "/dev/shm/wgunicorn-5egy6ye_",
                "/dev/shm/wgunicorn-qwertzui",
            ], ["/dev/shm/wgunicorn-*"]
        ),
        (
            ["/u/1-5egy6ye_.part", "/u/1-47chjpz9.part", "/u/1-3_9d7i9q.part"],
            ["/u/1-*.part"]
        ),
        (
            ["/r/worker-thread_1", "/r/worker-thread_2", "/r/worker-thread_3"],
            ["/r/worker-thread_<int>"]
        ),
        (
            ["/r/x-abcd1234", "/r/x-settings", "/r/x-5egy6ye_"],
            ["/r/x-5egy6ye_", "/r/x-abcd1234", "/r/x-settings"]
        ),
        (["/tmp/d.AbC123/f", "/tmp/d.x9Zk2Q/f", "/tmp/d.qW3rT5/f"], ["/tmp/d.*/f"]),
        // Segments of a database: counted on, in hexadecimal digits perhaps.
        (
            ["/d/pg_xact/0000", "/d/pg_wal/000000010000000000000001"],
            ["/d/pg_wal/<hex>", "/d/pg_xact/<hex>"]
        ),
        (["/d/007", "/d/0000x", "/d/1000"], ["/d/0000x", "/d/007", "/d/1000"]),
        // A directory's number varies for all that is below it, and before any ending.
        (
            ["/b/1/2601", "/b/4/2601", "/b/5/2602", "/b/5/2603", "/b/5/2601_fsm", "/b/5/id"],
            ["/b/<int>/<int>", "/b/<int>/<int>_fsm", "/b/<int>/id"]
        ),
        (["/b/1/1", "/b/2/2", "/b/2/3"], ["/b/1/1", "/b/2/2", "/b/2/3"]),
        // Of other lengths: of other makers.
        (
            ["/tmp/x.AbC123", "/tmp/x.x9Zk2Qa", "/tmp/x.qW3rT5ab"],
            ["/tmp/x.AbC123", "/tmp/x.qW3rT5ab", "/tmp/x.x9Zk2Qa"]
        ),
        (
            ["/l/a.access", "/l/a.errors", "/l/a.alerts"],
            ["/l/a.access", "/l/a.alerts", "/l/a.errors"]
        ),
    ]

    @Test(arguments: made)
    func madePaths(_ paths: [String], _ expected: [String]) {
        #expect(files(paths, [.writeOnly, .create]) == expected)
    }

    @Test func namesThatAreOnlyReadAreNotTemporary() {
        let paths = ["/srv/xyz.AbC123", "/srv/xyz.qW3rT5", "/srv/xyz.x9Zk2Q"]
        #expect(files(paths) == paths)
    }

    @Test(arguments: [
        ["/proc/17/environ"], ["/dev/sda1", "/dev/sda2", "/dev/sda3"],
        ["/run/secrets/kubernetes.io/3f2a9b8c7d6e/token"],
        ["/etc/cron.d/job1", "/etc/cron.d/job2", "/etc/cron.d/job3"],
    ])
    func sensitiveObjectsStayExact(_ paths: [String]) { #expect(files(paths) == paths) }

    @Test func noGeneralisationAdmitsASensitiveObject() throws {
        let objects = SensitiveList.builtin.objects
        let sensitive = objects.compactMap { object -> (PatternMatcher, FileAccess)? in
            guard case .path(let pattern, let access) = object.target else { return nil }
            return (PatternMatcher(pattern), access)
        }
        let destinations = objects.compactMap { object -> (Prefix, ClosedRange<UInt16>)? in
            guard case .destination(let prefix, let ports) = object.target else { return nil }
            return (prefix, ports)
        }
        var (wide, networks, secrets) = (0, 0, 0)
        for seed in 0..<200 {
            var generator = Generator(seed: seed)
            let profile = Self.randomTrace(&generator).profile()
            for rule in profile.executables.flatMap(\.files) where rule.reason != nil {
                let pattern = try PathPattern(parsing: rule.path)
                wide += 1
                if pattern.isRevisionOfOneFile {
                    #expect(rule.access == .read || !rule.path.hasPrefix("/run/secrets/"))
                    secrets += 1
                    continue
                }
                let matcher = PatternMatcher(pattern)
                #expect(
                    !sensitive.contains {
                        !$1.isDisjoint(with: rule.access) && $0.overlaps(matcher)
                    }, "seed \(seed): \(rule.path)")
            }
            for rule in profile.executables.flatMap(\.egress) where rule.reason != nil {
                networks += 1
                #expect(
                    !destinations.contains {
                        $0.overlaps(rule.prefix) && $1.overlaps(rule.ports)
                    }, "seed \(seed): \(rule.prefix.text)")
            }
            // The breadth says the same.
            #expect(profile.breadth().admitted.isEmpty, "seed \(seed)")
        }
        #expect(wide > 500)
        #expect(networks > 10)
        #expect(secrets > 10)
    }

    /// Whatever was learned is allowed, and learning twice gives the same text.
    @Test(arguments: 0..<10)
    func whatWasLearnedIsAllowed(block: Int) throws {
        for seed in (block * 10)..<(block * 10 + 10) {
            var generator = Generator(seed: seed)
            let trace = Self.randomTrace(&generator)
            let profile = trace.profile(allowing: Set(SensitiveList.builtin.classes.map(\.name)))
            #expect(profile.refused.isEmpty)
            let strict = trace.profile()
            #expect(trace.profile().yaml == strict.yaml, "seed \(seed)")
            let read = try Profile(yaml: profile.yaml, file: "learned.yaml")
            #expect(read == profile, "seed \(seed)")
            for deviation in Set(Self.behaviours(in: trace)) {
                let nearest = read.nearestRules(to: deviation)
                if nearest.rules.first?.difference != NearestRule.Difference.none {
                    Issue.record("seed \(seed): \(deviation) \(nearest.text)")
                }
                guard
                    strict.nearestRules(to: deviation).rules.first?.difference
                        != NearestRule.Difference.none
                else { continue }
                // What is never learned is named.
                let object = Self.text(deviation)
                #expect(
                    strict.refused.contains { $0.behaviour.hasSuffix(object) },
                    "seed \(seed): \(deviation)")
            }
        }
    }

    private static func text(_ deviation: Deviation) -> String {
        switch deviation.object {
        case .exec(let path), .file(let path, _): path.pattern
        default: "nothing else is refused here"
        }
    }

    @Test func addressesOfANetworkAtOnePort() {
        func egress(_ addresses: [UInt32], port: UInt16 = 443) -> [String] {
            var trace = Trace()
            trace.process(1, "/bin/app")
            for address in addresses {
                trace.flow(
                    1, .connect, from: IPAddress(v4: 1), 1, to: IPAddress(v4: address), port)
            }
            return trace.profile().rules(of: "/bin/app")?.egress.map(\.prefix.text) ?? []
        }
        #expect(egress([0x0a00_0001, 0x0a00_0002]) == ["10.0.0.1", "10.0.0.2"])
        // The smallest network that holds what was seen, and none wider than /24.
        #expect(egress([0x0a00_0001, 0x0a00_0002, 0x0a00_0003]) == ["10.0.0.0/30"])
        #expect(egress([0x0a00_0041, 0x0a00_0042, 0x0a00_0070]) == ["10.0.0.64/26"])
        #expect(egress([0x0a00_0001, 0x0a00_0002, 0x0a00_00ff]) == ["10.0.0.0/24"])
        #expect(egress([0x0a00_0001, 0x0a00_0102, 0x0a00_0203]).count == 3)
        #expect(egress([0x7f00_0001, 0x7f00_0002, 0x7f00_0003]).count == 3)
        #expect(egress([0xa9fe_a901, 0xa9fe_a902, 0xa9fe_a903]).count == 3)
    }

    @Test func addressesOfASubnetOfIPv6() throws {
        func egress(_ addresses: [(UInt64, UInt64)]) -> [EgressRule] {
            var trace = Trace()
            trace.process(1, "/bin/app")
            for (high, low) in addresses {
                trace.flow(
                    1, .connect, from: IPAddress(v4: 1), 1, to: IPAddress(high: high, low: low),
                    443)
            }
            return trace.profile().rules(of: "/bin/app")?.egress ?? []
        }
        let subnet: UInt64 = 0xfd00_0000_0000_0001
        let rules = egress([(subnet, 0x11), (subnet, 0x12), (subnet, 0x1f)])
        #expect(rules.map(\.prefix.text) == ["fd00:0:0:1::10/124"])
        let reason = try #require(rules.first?.reason)
        #expect(
            reason
                == "3 addresses of the network, for example fd00:0:0:1::11, fd00:0:0:1::12, "
                + "fd00:0:0:1::1f")
        #expect(egress([(subnet, 1), (subnet + 1, 1), (subnet + 2, 1)]).count == 3)
        #expect(egress([(0xfe80 << 48, 1), (0xfe80 << 48, 2), (0xfe80 << 48, 3)]).count == 3)
        // The cloud's metadata service lies there.
        let cloud: UInt64 = 0xfd00_0ec2_0000_0000
        #expect(egress([(cloud, 1), (cloud, 2), (cloud, 3)]).count == 3)
    }

    // MARK: random traces

    private static func randomPath(_ generator: inout Generator) -> String {
        let n = generator.below(40)
        let hex = String(generator.next() | 1 << 63, radix: 16)
        return generator.pick([
            "/proc/\(n)/stat", "/proc/\(n)/mem", "/data/\(n)/\(n % 5)", "/data/\(n % 4)/x\(n)",
            "/cache/\(hex)", "/cache/\(n)/\(hex)", "/tmp/x.\(hex.prefix(6))", "/tmp/f.aB\(n)cD\(n)",
            "/dev/sda\(n)", "/etc/cron.d/\(n)", "/etc/shadow", "/srv/a*b<\(n)>\\", "/srv/é\(n)",
            "/lib/libc.so.\(n % 2)", "/var/\(n).\(n * 7 % 11).log", "/usr/bin/tool\(n)",
            "/run/secrets/kubernetes.io/sa/..2026_11_22_10_00_\(n).\(n * 7)/token",
            "/a/node_modules/p\(n)/x.js", "/root/.aws/node_modules/\(n).json",
            "/v/python3.11/__pycache__/m\(n).pyc", "/run/app.\(n).pid",
            "/d/pg_wal/xlogtemp.\(n)",
            "/etc/ssh/web-7d4b9c6f8d-x2x7k/key", "/l/web-7d4b9c6f8d-x2x7k/\(n).log",
            "/proc/\(n)/environ", "/usr/lib/x/plugin\(n).so", "/root/.ssh/key\(n)",
        ])
    }

    private static func randomTrace(_ generator: inout Generator) -> Trace {
        var trace = Trace()
        for pid in 1...4 {
            trace.process(pid, "/bin/\(pid % 3)*", parent: pid > 1 ? pid - 1 : nil)
            trace.exec(pid, generator.pick(["/bin/sh", "/opt/app <1>", "/bin/\(pid)"]))
        }
        for _ in 0..<generator.below(150) {
            let pid = 1 + generator.below(4)
            let network: UInt32 = generator.chance(80) ? 0x0a00_0000 : 0xa9fe_a900
            let address = IPAddress(v4: network | UInt32(generator.below(600)))
            switch generator.below(6) {
            case 0:
                trace.flow(
                    pid, .connect, from: address, 9, to: address,
                    generator.pick([1, 2, 3, 10_250]),
                    proto: generator.pick([6, 17]))
            case 1:
                trace.networkEvent(
                    pid, Operations(rawValue: 1 << 29),
                    local: generator.chance(50) ? address : IPAddress(high: 0, low: 0),
                    UInt16(1 + generator.below(3)))
            case 2:
                trace.flow(
                    pid, .accept, from: address, 9, to: address, UInt16(1 + generator.below(3)))
            default:
                trace.fileFlow(
                    pid, randomPath(&generator),
                    generator.pick([.readOnly, [.writeOnly, .create], .readWrite]),
                    generator.chance(10) ? [.open, .mmap] : .open)
            }
        }
        return trace
    }

    private static func paths(in trace: Trace) -> [FileID: String] {
        var paths: [FileID: String] = [:]
        for case .file(let file) in trace.records { paths[file.oid] = file.path }
        return paths
    }

    /// What the trace shows, found again without the learner.
    private static func behaviours(in trace: Trace) -> [Deviation] {
        let paths = paths(in: trace)
        var exes: [ProcessID: PathBytes] = [:]
        var before: [ProcessID: PathBytes] = [:]
        var found: [Deviation] = []
        for record in trace.records {
            switch record {
            case .process(let process):
                before[process.oid] = exes[process.oid]
                exes[process.oid] = PathBytes(process.exe)
            case .processEvent(let event):
                guard let exe = exes[event.process], let subject = before[event.process] else {
                    break
                }
                found.append(Deviation(subject: subject, object: .exec(exe)))
            case .fileFlow(let flow):
                guard let exe = exes[flow.process], let path = paths[flow.file] else { break }
                var access: FileAccess = []
                if flow.openFlags.contains(.readOnly) { access.insert(.read) }
                if flow.openFlags.contains(.writeOnly) { access.insert(.write) }
                if flow.openFlags.contains(.create) { access.insert(.create) }
                if flow.operations.contains(.mmap) { access.insert(.map) }
                found.append(Deviation(subject: exe, object: .file(PathBytes(path), access)))
            case .networkFlow(let flow):
                guard let exe = exes[flow.process] else { break }
                let endpoint = Endpoint(
                    proto: flow.proto == 6 ? .tcp : .udp, address: flow.destination,
                    port: flow.destinationPort)
                let isServer = flow.operations.contains(.accept)
                found.append(
                    Deviation(
                        subject: exe, object: isServer ? .listen(endpoint) : .egress(endpoint)))
            case .networkEvent(let event):
                guard let exe = exes[event.process] else { break }
                let endpoint = Endpoint(
                    proto: .tcp, address: event.source, port: event.sourcePort)
                found.append(Deviation(subject: exe, object: .listen(endpoint)))
            default: break
            }
        }
        return found
    }
}
