import Decision
import LargeProfiles
import Testing

/// Time in the kernel is lines of memory fetched. A placement that scatters a path's cells
/// reads 49 lines on 21 pages where these walk over 64 bytes of 50,000 rules.
@Suite struct WalkFootprintTests {
    @Test(arguments: [1_000, 5_000])
    func walksReadFewLinesAndPages(rules: Int) throws {
        for set in [RuleSet.tree(rules, bytes: 64), .digests(rules)] {
            let program = try PolicyCompiler().compile(set.profile)
            let footprint = WalkFootprint(program, set)
            #expect(footprint.lines.mean < 20, "\(set.name)")
            #expect(footprint.lines.most <= 32, "\(set.name)")
            #expect(footprint.pages.mean < 10, "\(set.name)")
            #expect(footprint.pages.most <= 16, "\(set.name)")
        }
    }

    /// What is put together for locality must not cost a larger program: these fill most of
    /// the cells that there are, 65,536 of 8 bytes, and did before.
    @Test func nearlyFullProgramsStayInTheirSizeClass() throws {
        for rules in [2_000, 2_400] {
            let set = RuleSet.tree(rules, bytes: 64)
            let program = try PolicyCompiler().compile(set.profile)
            let used = program.cells.count { $0 != 0 }
            #expect(program.sizeClass == 1)
            #expect(used > 48_000)
            let walker = PolicyWalker(program)
            let subject = walker.subject(executable: "/usr/sbin/nginx".utf8.span)
            let denied = set.paths.count {
                walker.allowed(subject: subject, dimension: 2, object: $0.span) == 0
            }
            #expect(denied == 0)
        }
    }
}
