import Testing

@testable import Agent

@Suite struct UnknownCgroupsTests {
    private let millisecond: UInt64 = 1_000_000

    @Test func anUnknownCgroupIsAskedAboutOftenAtFirst() {
        var unknown = UnknownCgroups()
        unknown.add(3, now: 0)
        var looks: [UInt64] = []
        for now in stride(from: 0, through: 5_000 * millisecond, by: Int(millisecond)) {
            if unknown.takeDue(now: now) == [3] { looks.append(now / millisecond) }
        }
        #expect(looks.first == 2)
        #expect(looks.filter { $0 < 500 }.count == 249)
        #expect(looks.filter { (500..<2_000).contains($0) }.count == 75)
        #expect(looks.filter { $0 >= 2_000 }.count == 16)
    }

    @Test func itIsGivenUpAfterItsTime() {
        var unknown = UnknownCgroups()
        unknown.add(1, now: 7)
        #expect(!unknown.isOver(1, now: 6 + UnknownCgroups.limit))
        #expect(unknown.isOver(1, now: 7 + UnknownCgroups.limit))
        #expect(!unknown.isOver(2, now: .max))
    }

    @Test func theWaitIsUntilTheNextIsDue() {
        var unknown = UnknownCgroups()
        #expect(unknown.wait(now: 0) == nil)
        unknown.add(1, now: 0)
        #expect(unknown.wait(now: 0) == 2)
        #expect(unknown.wait(now: 100 * millisecond) == 1)
        unknown.remove(1)
        #expect(unknown.isEmpty && unknown.wait(now: 0) == nil)
    }
}
