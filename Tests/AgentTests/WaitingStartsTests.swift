import Testing

@testable import Agent

/// Process 7 is held at its start since second 1.
@Suite struct WaitingStartsTests {
    private static let path = "/a-name-like-any-other"
    private static let second: UInt64 = 1_000_000_000

    /// An agent that comes late has looked for nothing yet.
    @Test func aStartIsNobodysOnceItWasLookedForLongEnough() {
        var waiting = WaitingStarts()
        let first = 1_000 * Self.second
        let looks = [0, WaitingStarts.possibleLimit - 1, WaitingStarts.possibleLimit]
        let isOver = looks.map { waiting.isOver(7, Self.path, first + $0) }
        #expect(isOver == [false, false, true])
        let isOthers = waiting.isOver(8, Self.path, first + WaitingStarts.possibleLimit)
        #expect(!isOthers)
    }

    /// A host's service is not kept waiting for what cannot be.
    @Test func whatIsNoContainersForCertainIsOverAtOnce() {
        var waiting = WaitingStarts()
        let isOver = waiting.isOver(7, "/system.slice/cron.service", Self.second)
        #expect(isOver)
    }

    /// Process ids come again.
    @Test func whoWaitsNoMoreIsForgotten() {
        var waiting = WaitingStarts()
        let isOver = [Self.second, 100 * Self.second].map { now in
            waiting.keep([8])
            return waiting.isOver(7, Self.path, now)
        }
        #expect(isOver == [false, false])
    }

    @Test func whoDoesNotGoOnIsToldOfOnce() {
        var waiting = WaitingStarts()
        let due = Self.second + WaitingStarts.stuckAge
        let isTold = [due - 1, due, due + 1].map { waiting.isStuck(7, heldAt: Self.second, $0) }
        #expect(isTold == [false, true, false])
        waiting.keep([])
        let isToldOfAnother = waiting.isStuck(7, heldAt: Self.second, due)
        #expect(isToldOfAnother)
    }
}
