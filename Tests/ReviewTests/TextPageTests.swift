import Baseline
import Testing

@testable import Review

@Suite struct TextPageTests {
    @Test func showsWhatAReviewerAsks() throws {
        let page = TextPage(ProfileReview(try ExampleProfile.make()))
        #expect(page.lines.joined(separator: "\n") == Self.page)
    }

    @Test func rulesHaveTheirEvidence() throws {
        let lines = TextPage(ProfileReview(try ExampleProfile.make())).ruleLines
        #expect(
            lines.contains("  file        read                         /etc/nginx/nginx.conf  2x"))
        #expect(
            lines.contains(
                "  file        write                        /var/log/nginx/*.log   5x  "
                    + "temporary names; as /var/log/nginx/a.log"))
        #expect(
            lines.contains { $0.contains("CAP_SETUID") && $0.hasSuffix("only while it starts") })
    }

    @Test func contentsAreShown() throws {
        var profile = try ExampleProfile.make()
        let digest = try #require(ContentDigest(bytes: Array(repeating: 0xab, count: 32)))
        let i = try #require(profile.executables.firstIndex { !$0.exec.isEmpty })
        profile.executables[i].exec[0].digests = [digest]
        var page = TextPage(ProfileReview(profile))
        #expect(page.lines.contains { $0.contains("identity") && $0.contains("1 rule by content") })
        #expect(page.ruleLines.contains { $0.contains("sha256 abababababab...") })
        profile.identity = .path
        page = TextPage(ProfileReview(profile))
        #expect(page.lines.contains { $0.contains("1 rule with digests not judged") })
    }

    @Test func whatCannotShowMoreGetsLess() throws {
        let review = ProfileReview(try ExampleProfile.make())
        let plain = TextPage(review, style: PageStyle(hasUnicode: false)).lines.joined()
        #expect(plain.utf8.allSatisfy { $0 < 0x80 })
        #expect(plain.contains("file        .-+*"))
        #expect(!plain.contains("\u{1b}"))
        let coloured = TextPage(review, style: PageStyle(hasColour: true)).lines
        #expect(coloured.joined().contains("\u{1b}[1;31m"))
        // Colour moves nothing.
        let bare = coloured.map { $0.replacing(/\x{1b}\[[0-9;]*m/, with: "") }
        #expect(bare.joined(separator: "\n") == Self.page)
    }

    @Test(arguments: [60, 80, 100]) func linesStayWithinTheWidth(_ width: Int) throws {
        let review = ProfileReview(try ExampleProfile.make())
        let lines = TextPage(review, style: PageStyle(width: width)).lines
        // The table of dimensions is not broken.
        let long = lines.filter { $0.count > max(width, 88) }
        #expect(long == [])
    }

    @Test func nothingReachesTheTerminalRaw() {
        let page = TextPage(ProfileReview(HostileProfile.make()))
        let text = (page.lines + page.ruleLines).joined()
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e })
        #expect(text.contains("\\x1b"))
        #expect(text.contains("<script>"))
    }

    @Test func anEmptyProfileIsSaidToBeEmpty() {
        let text = TextPage(ProfileReview(Profile(name: "none"))).lines.joined(separator: "\n")
        for part in [
            "no container: the selector is empty", "written by hand", "  nothing", "not known",
            "NOT JUDGED: capability, act",
        ] { #expect(text.contains(part), "\(part)") }
    }

    /// A profile may have been learned without any completeness, as older ones were, or may not
    /// know a dimension.
    @Test func aDimensionThatIsNotKnownIsNotComplete() throws {
        var profile = try ExampleProfile.make()
        profile.completeness?.estimates[.act] = nil
        let text = TextPage(ProfileReview(profile)).lines.joined(separator: "\n")
        #expect(text.contains("act: not known"))
    }

    private static let page = """
        web
          for         image nginx:1.22*, container web
          mode        monitor
          deviations  kill exec, file, act; deny egress, listen, capability
          response    the first process may be killed, what is started in it may be killed, no breaker
          learned     2026-11-21T20:00:00Z to 2026-11-21T20:10:00Z, 17 records of 2 recordings of 2 replicas
          losses      PARTIAL: lost 3 in file

        WHAT IT DOES   15 rules of 4 programs

          /usr/bin/curl, started by the runtime
            connects to      tcp 127.0.0.1 port 8080
            may not          start programs, listen, use capabilities, do rare acts

          /usr/sbin/nginx, started by the runtime and itself
            starts           /usr/bin/g*, /usr/sbin/nginx
            listens on       tcp any port 8080
            may use          CAP_SETUID (only while it starts)
            makes, removes   /run/nginx.pid
            writes           /var/log/nginx/*.log
            reads            /etc/nginx/nginx.conf, /srv/{a, b}
            reads            /etc/group (only while it starts)
            loads as code    2 files in /usr/lib
            may not          connect, do rare acts

          /usr/bin/{gunzip, gzip}, started by /usr/sbin/nginx
            does nothing that is judged

        HOW COMPLETE IT IS   NOT ENOUGH yet

                                    seen           the next draw (1000 ms) is new
          exec        ▄███          2              0.00 %, at most 0.08 %          complete
          file        ▂▃▅▆          8 of about 10  0.05 %, at most 0.16 %          NOT complete
          egress      ████          1              0.00 %, at most 0.08 %          complete
          listen      ████          1              0.00 %, at most 0.08 %          complete
          capability  ▁▁▁▁          0              0.00 %, at most 0.08 %          complete
          act         ▁▁▁▁          0              0.00 %, at most 0.08 %          complete
          file: partial: 3 records were lost
          hours       ····················█··· 1 of 24 (UTC), 1 day: what comes at other times was not seen
          job         /usr/bin/gzip every 60 s, 2 times: UNPROVEN, seen less than three times

        NEVER TRIED   do this while it is learned, or it will be a deviation
          reload      let the service read its configuration again
          shutdown    stop the container

        BREADTH   12: PATTERNS ADMIT sensitive objects; 8 by what is named
          6  ADMITTED  exec /usr/bin/gawk: an interpreter runs any program as its own (/usr/bin/g* of
                       /usr/sbin/nginx)
          6  ADMITTED  exec /usr/bin/gcc: makes programs (/usr/bin/g* of /usr/sbin/nginx)
          6  named     exec /usr/bin/curl: fetches and sends (/usr/bin/curl of the runtime)
          2  named     /etc/group: the list of accounts (read /etc/group of /usr/sbin/nginx)
        """
}
