import Baseline
import Decision
import SensorABI
import SysFlow
import Testing

@Suite struct JudgeTests {
    private static func program(_ actions: Actions = Actions()) throws -> PolicyProgram {
        let local = Prefix(high: 0, low: 0xffff_7f00_0001, length: 128)
        return try Deciding(
            [
                ExecutableRules(
                    executable: "/usr/sbin/nginx", files: [file("/etc/nginx/**", .read)],
                    egress: [EgressRule(proto: .tcp, prefix: local, ports: 80...443)]),
                ExecutableRules(
                    executable: "<runtime>", exec: [ExecRule(path: "/usr/sbin/nginx")]),
            ], actions: actions
        ).program
    }

    private static func decide(
        _ judge: Judge, _ executable: String?, _ dimension: UInt8, _ object: String,
        _ access: UInt32
    ) -> Decision {
        let object = Array(object.utf8)
        guard let executable else {
            return judge.decide(
                Request(
                    executable: nil, dimension: dimension, object: object.span, access: access))
        }
        let path = Array(executable.utf8)
        return judge.decide(
            Request(
                executable: path.span, dimension: dimension, object: object.span, access: access))
    }

    @Test func decisions() throws {
        let judge = Judge(program: try Self.program(), mode: .enforce)
        let allowed = Self.decide(judge, "/usr/sbin/nginx", 2, "/etc/nginx/nginx.conf", 1)
        #expect(
            allowed == Decision(allowed: 1, deviating: 0, subjectKnown: true, verdict: nil))
        let write = Self.decide(judge, "/usr/sbin/nginx", 2, "/etc/nginx/nginx.conf", 1 | 2)
        #expect(
            write == Decision(allowed: 1, deviating: 2, subjectKnown: true, verdict: .killed))
        let stranger = Self.decide(judge, "/tmp/x", 2, "/etc/nginx/nginx.conf", 1)
        #expect(
            stranger == Decision(allowed: 0, deviating: 1, subjectKnown: false, verdict: .killed))
        let entry = Self.decide(judge, nil, 1, "/usr/sbin/nginx", 4)
        #expect(entry == Decision(allowed: 4, deviating: 0, subjectKnown: true, verdict: nil))
        let shell = Self.decide(judge, nil, 1, "/bin/sh", 4)
        #expect(shell == Decision(allowed: 0, deviating: 4, subjectKnown: true, verdict: .killed))
        // A dimension that is not judged has no verdict.
        #expect(Self.decide(judge, "/tmp/x", 7, "/x", 1).verdict == nil)
    }

    @Test func verdictsByModeAndAction() {
        let all = [LL_ACTION_ALERT, LL_ACTION_DENY, LL_ACTION_KILL].map { UInt8($0) }
        #expect(all.map { Verdict(mode: .enforce, action: $0) } == [.flagged, .denied, .killed])
        let quarantine = UInt8(LL_ACTION_QUARANTINE)
        #expect(Verdict(mode: .enforce, action: quarantine) == .denied)
        #expect(Verdict(mode: .monitor, action: quarantine) == .flagged)
        #expect(all.map { Verdict(mode: .monitor, action: $0) } == [.flagged, .flagged, .flagged])
        #expect(all.map { Verdict(mode: .learn, action: $0) } == [nil, nil, nil])
        #expect(Mode.allCases.map { Verdict(mode: $0, action: 0) } == [nil, nil, nil])
        #expect(Verdict.flagged.rawValue == UInt32(LL_VERDICT_FLAGGED))
        #expect(Verdict.denied.rawValue == UInt32(LL_VERDICT_DENIED))
        #expect(Verdict.killed.rawValue == UInt32(LL_VERDICT_KILLED))
    }

    @Test func dimensionsEqualTheABIs() {
        #expect(
            Dimension.allCases.map { Int32($0.rawValue) } == [
                LL_DIMENSION_EXEC, LL_DIMENSION_FILE, LL_DIMENSION_EGRESS, LL_DIMENSION_LISTEN,
                LL_DIMENSION_CAPABILITY, LL_DIMENSION_ACT,
            ])
        #expect(Act.allCases.map { Int32($0.rawValue) } == Array(1..<LL_ACT_COUNT))
        #expect(Act.unshareMount.rawValue == UInt8(LL_ACT_UNSHARE))
        #expect(Act.setnsMount.rawValue == UInt8(LL_ACT_SETNS))
        #expect(Act.ptrace.rawValue == UInt8(LL_ACT_PTRACE))
        #expect(Act.mount.rawValue == UInt8(LL_ACT_MOUNT))
        #expect(Act.rareSocket.rawValue == UInt8(LL_ACT_RARE_SOCKET))
        #expect(Act.signalOutside.rawValue == UInt8(LL_ACT_SIGNAL_OUTSIDE))
        #expect(Act.socketOutside.rawValue == UInt8(LL_ACT_SOCKET_OUTSIDE))
        #expect(Self.remote(1).decisionBytes.count == MemoryLayout<ll_endpoint>.size)
    }

    private static func seen(
        _ time: Int64, _ subject: PathBytes, _ behaviour: Behaviour
    ) -> Observation {
        Observation(
            container: "c", process: ProcessID(createTime: time, hostPID: 1), subject: subject,
            behaviour: behaviour, time: time)
    }

    private static let nginx = PathBytes("/usr/sbin/nginx")
    private static let shadow = Behaviour.file(PathBytes("/etc/shadow"), .read)
    private static func remote(_ port: UInt16) -> Endpoint {
        Endpoint(proto: .tcp, address: IPAddress(v4: 0x7f00_0001), port: port)
    }

    @Test func replayCountsAndKeepsTheFirstOfEachDeviation() throws {
        var replay = Replay(program: try Self.program())
        for port in [UInt16(79), 80, 443, 444] {
            replay.judge(Self.seen(5, Self.nginx, .egress(Self.remote(port))))
        }
        for time in [Int64(9), 3, 7] {
            replay.judge(Self.seen(time, Self.nginx, Self.shadow))
        }
        replay.judge(
            Self.seen(1, Self.nginx, .file(PathBytes("/etc/nginx/mime.types"), .read)))
        replay.judge(Self.seen(1, .runtime, .exec(Self.nginx)))
        replay.judge(Self.seen(1, PathBytes("/x"), .exec(Self.nginx)))

        #expect(replay.totals(.egress).judged == 4)
        #expect(replay.totals(.egress).denied == 2)
        #expect(replay.totals(.egress).deviating == 2)
        #expect(replay.totals(.file).killed == 3)
        #expect(replay.totals(.exec).killed == 1)
        #expect(replay.total.judged == 10)
        #expect(replay.total.deviating == 6)
        #expect(replay.deviations.count == 4)
        let shadow = try #require(
            replay.deviations[
                Replay.Key(
                    subject: Self.nginx, behaviour: Self.shadow, deviating: 1)])
        #expect(shadow.count == 3)
        #expect(shadow.first.time == 3)
        #expect(shadow.verdict == .killed)
        #expect(shadow.subjectKnown)
    }

    @Test func replayKeepsNoMoreThanItsLimit() throws {
        var replay = Replay(program: try Self.program(), mode: .monitor, deviationLimit: 10)
        for index in 0..<100 {
            replay.judge(
                Self.seen(1, Self.nginx, .file(PathBytes("/no/\(index)"), .read)))
        }
        #expect(replay.deviations.count == 10)
        #expect(replay.deviationsNotKept == 90)
        #expect(replay.totals(.file).flagged == 100)
    }
}
