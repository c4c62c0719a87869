import ContainerHarness
import Foundation
import Kernel
import SensorABI
import Testing

extension AgentSuite {
    /// What happens while no agent runs is told by the next one, each act once.
    @Test func theTimeWithoutAnAgentIsTold() throws {
        try withHeldPerl { agents, service, container in
            let first = try agents.startAndWait()
            try first.waitFor("container \(container.id) (")
            try first.kill()
            let before = try PinnedCounters(agents)
            for _ in 0..<20 {
                #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
            }
            let counted = try PinnedCounters(agents).since(before)
            #expect(counted.killed == 20 && counted.lost == 0, "\(counted)")

            let second = try agents.startAndWait()
            try second.waitFor("records of the time without an agent are taken", timeout: 60)
            let told = second.lines.filter { $0.hasPrefix("{") && $0.contains("/etc/shadow") }
            #expect(told.count == 20, "\(second.output.suffix(3000))")
            #expect(told.allSatisfy { $0.contains("\"profile\":\"perl\"") })
            #expect(try second.stop() == 0)
            #expect(second.output.contains("1 containers stay held"), "\(second.output)")
            #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        }
    }

    /// What the kernel cannot refuse is judged by the agent, by one that has taken over too:
    /// whoever does it is killed.
    @Test func namesAreJudgedAfterATakeOver() throws {
        try withHeldPerl { agents, service, container in
            let first = try agents.startAndWait()
            try first.waitFor("container \(container.id) (")
            try first.kill()
            let second = try agents.startAndWait()
            try second.waitFor("records of the time without an agent are taken", timeout: 60)
            let code = TinyProgram.hex(Array(#"unlink("/etc/hostname"); sleep(5); "went on""#.utf8))
            let reply = (try? service.request(["eval", code], in: container)) ?? ""
            #expect(!reply.contains("went on"))
            let end = Date(timeIntervalSinceNow: 20)
            while Date() < end, !second.lines.contains(where: Self.tellsOfALateKill) {
                usleep(50_000)
            }
            #expect(
                second.lines.contains(where: Self.tellsOfALateKill),
                "\(second.output.suffix(3000))")
            #expect(try service.answers(in: container))
            #expect(try second.stop() == 0)
        }
    }

    private static func tellsOfALateKill(_ line: Substring) -> Bool {
        ["/etc/hostname", #""afterEffect":true"#, #""verdict":"killed""#].allSatisfy(line.contains)
    }

    /// More than the ring holds: what does not fit is counted, and the sum is exact.
    @Test func aFloodWithoutAnAgentIsCounted() throws {
        try withHeldPerl { agents, service, container in
            let first = try agents.startAndWait()
            try first.waitFor("container \(container.id) (")
            try first.kill()
            let before = try PinnedCounters(agents)
            var acts = 0
            while try PinnedCounters(agents).since(before).lost == 0, acts < 2_000_000 {
                let reply = try service.request(["eval", Self.flood], in: container)
                #expect(reply == "refused 40000", "\(reply)")
                acts += 40_000
            }
            let gap = try PinnedCounters(agents).since(before)
            #expect(gap.lost > 0 && gap.denied == acts && gap.delivered + gap.lost == acts)

            let second = try agents.startAndWait()
            try second.waitFor("records of the time without an agent are taken", timeout: 300)
            #expect(try second.stop() == 0)
            let printed = second.lines.count { $0.hasPrefix("{") && $0.contains("127.0.0.1:9") }
            let suppressed = second.lines.filter { $0.contains(" alerts were not printed") }
                .compactMap { Int($0.split(separator: " ")[0]) }.reduce(0, +)
            print(
                "\(acts) acts in the gap: \(gap.delivered) delivered, \(gap.lost) lost; the next "
                    + "agent printed \(printed) and counted \(suppressed)")
            #expect(printed + suppressed == gap.delivered)
        }
    }

    /// A connect that is refused 40,000 times.
    private static let flood = """
        my $n = 0;
        my $to = pack_sockaddr_in(9, inet_aton('127.0.0.1'));
        for (1..40000) {
            socket(my $s, PF_INET, SOCK_STREAM, 0);
            $n++ if !connect($s, $to) && $! == POSIX::EPERM();
        }
        return "refused $n";
        """.utf8.map { String(format: "%02x", $0) }.joined()
}

/// What the kernel counted of every container, as the pinned map has it.
struct PinnedCounters: CustomStringConvertible {
    /// Verdict records.
    var delivered = 0
    var lost = 0
    /// Decisions.
    var denied = 0
    var killed = 0

    var description: String {
        "\(delivered) delivered, \(lost) lost, \(denied) denied, \(killed) killed"
    }

    init(_ agents: PinnedAgents) throws {
        let map = try OwnedMap(reading: agents.path(of: "statistics"))
        for slot in 0..<UInt32(64) {
            guard let raw = try map.map.value(at: slot, as: ll_statistics.self) else { continue }
            let words = raw.words.map { Int($0) }
            let kind = Int(LL_KIND_VERDICT)
            delivered += words[kind]
            for cause in 1...Int(LL_LOSS_COUNT) { lost += words[cause * 16 + kind] }
            let dimensions = Int(LL_DIMENSION_COUNT)
            let counters = 16 * (1 + Int(LL_LOSS_COUNT)) + 2 * dimensions
            denied += words[counters..<(counters + dimensions)].reduce(0, +)
            killed += words[(counters + dimensions)..<(counters + 2 * dimensions)].reduce(0, +)
        }
    }

    func since(_ before: PinnedCounters) -> PinnedCounters {
        var difference = self
        difference.delivered -= before.delivered
        difference.lost -= before.lost
        difference.denied -= before.denied
        difference.killed -= before.killed
        return difference
    }
}
