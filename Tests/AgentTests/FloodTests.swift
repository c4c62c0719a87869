import Baseline
import ContainerHarness
import Foundation
import Testing

extension AgentSuite {
    /// One container does as much as it can while nobody takes the records; another is attacked
    /// meanwhile. The attack is stopped, and every program that the first one ran was either
    /// learned or is said to be lost.
    @Test func aFloodHidesNothingAndIsCounted() throws {
        let execs = 10_000
        let opens = 1_000_000
        let victim = try LearnedKinds.profile(.perl)
        let agent = try AgentProcess(
            ["--mode", "enforce", "--learn-unmatched"], profiles: ["perl.yaml": victim])
        try agent.waitUntilReady()
        let service = PerlService()
        let held = try service.start()
        defer { held.delete() }
        try agent.waitFor(held)
        let flood = RuncContainer(
            name: "flood", command: ["/usr/bin/perl", "-e", Self.flood(execs, opens)])
        defer { flood.delete() }
        try flood.start()
        try agent.waitFor(flood)

        // Stopped, it takes no records: the ring fills and runs over.
        kill(agent.process.processIdentifier, SIGSTOP)
        defer { kill(agent.process.processIdentifier, SIGCONT) }
        try flood.plant(ContainerFile("/run/go", ""))
        try Self.wait(for: "/run/executed", in: flood)
        #expect(try !Kind.perl.attack("perl-read-shadow", service, held).happened)
        #expect(try !Kind.perl.attack("perl-shell", service, held).happened)
        kill(agent.process.processIdentifier, SIGCONT)
        try Self.wait(for: "/run/opened", in: flood)
        #expect(try !Kind.perl.attack("perl-write-cron", service, held).happened)
        try agent.wait("the attacks are told", timeout: 120) {
            let objects = Set(agent.alerts(of: held).map(\.object))
            return objects.isSuperset(of: ["/etc/shadow", "/usr/bin/dash", "/etc/cron.d/x"])
                ? true : nil
        }
        #expect(try service.answers(in: held))

        flood.delete()
        try agent.waitForEnd(of: flood)
        #expect(try agent.process.stop() == 0)
        let lost = try Self.lost("exec", in: agent.notes, flood)
        let learned = try Self.learned(agent, flood)
        print("\(execs) programs run: \(learned) learned, \(lost) said to be lost")
        #expect(lost > 0, "nothing was lost: the flood was too small to show anything")
        #expect(learned + lost == execs)
    }

    private static func flood(_ execs: Int, _ opens: Int) -> String {
        #"""
        sub touch { open(my $out, ">", $_[0]) or die "$_[0] $!"; close($out); }
        select(undef, undef, undef, 0.05) until -e "/run/go";
        # More than the ring holds: 60,000 announcements of some 300 bytes each.
        mkdir("/tmp/many") or die;
        my $long = "x" x 150;
        for (1..60_000) { open(my $out, ">", "/tmp/many/$long$_") or die "$_ $!"; close($out); }
        for (1..\#(execs)) { system { "/usr/bin/true" } "true"; }
        touch("/run/executed");
        for (1..\#(opens)) { open(my $in, "<", "/etc/hostname"); close($in); }
        touch("/run/opened");
        sleep(1000);
        """#
    }

    private static func wait(for file: String, in container: RuncContainer) throws {
        let end = Date(timeIntervalSinceNow: 300)
        while try container.contents(of: file) == nil {
            guard Date() < end, try !container.hasEnded() else {
                throw HarnessError("\(container.id) did not get to \(file): \(container.output)")
            }
            usleep(50_000)
        }
    }

    /// Records of a kind that the agent says it lost of the container.
    private static func lost(
        _ kind: String, in notes: [String], _ container: RuncContainer
    ) throws -> Int {
        let note = try #require(
            notes.first {
                $0.hasPrefix("container \(container.id) (") && $0.contains("not watched any more")
            })
        return note.split(separator: ";").reduce(0) { sum, part in
            let words = part.split(separator: " ")
            guard words.count > 2, words[0] == "lost", words[2] == kind else { return sum }
            return sum + (Int(words[1]) ?? 0)
        }
    }

    /// How often the flood's program is in what was learned of it.
    private static func learned(_ agent: AgentProcess, _ container: RuncContainer) throws -> Int {
        let folder = agent.directory + "/learned"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let file = try #require(files.first { $0.hasPrefix(container.id) }, "\(files)")
        let text = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
        let profile = try Profile(yaml: Array(text), file: file)
        return profile.executables.flatMap(\.exec).filter { $0.path == "/usr/bin/true" }
            .reduce(0) { $0 + ($1.evidence?.count ?? 0) }
    }
}
