import Baseline
import Decision
import DecisionComparison
import Enforcement
import Foundation
import Kernel
import Synchronization
import Testing

@Suite(.serialized) struct PolicyTableTests {
    @Test func installsSwapsAndRemoves() throws {
        let loaded = try LoadedObject()
        #expect(loaded.table.freeNumber() == 1)
        #expect(try loaded.access(1) == 0)
        try loaded.table.install(LoadedObject.program(.read), as: 1)
        #expect(loaded.table.freeNumber() == 2)
        #expect(try loaded.access(1) == 1)
        #expect(try loaded.access(2) == 0)
        // Another size, another map; then back.
        try loaded.table.install(LoadedObject.program([.read, .write], others: 300), as: 1)
        #expect(try loaded.access(1) == 3)
        try loaded.table.install(LoadedObject.program(.write), as: 1)
        #expect(try loaded.access(1) == 2)
        try loaded.table.install(LoadedObject.program(.read), as: 2)
        try loaded.table.remove(1)
        #expect(try loaded.access(1) == 0)
        #expect(try loaded.access(2) == 1)
        #expect(loaded.table.freeNumber() == 1)
        try loaded.table.remove(1)
    }

    /// A decision sees the program before or the one after, never half of each and never none:
    /// none would kill a process that the profile allows.
    @Test func aSwapUnderUseIsWhole() throws {
        let loaded = try LoadedObject()
        let programs = [
            try LoadedObject.program(.read), try LoadedObject.program(.write, others: 300),
        ]
        try loaded.table.install(programs[0], as: 1)
        let swapper = Swapper(loaded.table, programs)
        swapper.start()
        defer { swapper.stop() }
        let questions = Array(repeating: LoadedObject.question(1), count: KernelDecider.batchLimit)
        var seen: [UInt32: Int] = [:]
        // On a slow machine a swap takes long: it goes on until there were enough.
        let (least, most) = (Date(timeIntervalSinceNow: 4), Date(timeIntervalSinceNow: 120))
        while Date() < least || swapper.swaps <= 20, Date() < most, swapper.failure == nil {
            for answer in try loaded.decider.decide(questions) {
                seen[answer.allowed, default: 0] += 1
            }
        }
        swapper.stop()
        print("decisions during \(swapper.swaps) swaps: \(seen)")
        #expect(swapper.failure == nil)
        #expect(swapper.swaps > 20)
        #expect(Set(seen.keys) == [1, 2], "\(seen)")
    }

    @Test func aFullClassIsRefusedAndHarmsNothing() throws {
        let loaded = try LoadedObject()
        let last = PolicyTable.capacities.count - 1
        let large = try LoadedObject.program(.read).enlarged(toClass: last)
        for number in 1...UInt32(PolicyTable.capacities[last]) {
            try loaded.table.install(large, as: number)
        }
        let other = try LoadedObject.program(.write).enlarged(toClass: last)
        for number: UInt32 in [1, 9] {
            let error = #expect(throws: KernelError.self) {
                try loaded.table.install(other, as: number)
            }
            let text = try #require(error).description
            #expect(text.contains("all 4 places"), "\(text)")
            #expect(text.contains("remove profiles"), "\(text)")
        }
        #expect(try loaded.access(1) == 1)
        #expect(try loaded.access(9) == 0)
        // There is room in the other sizes, and here again once one is gone.
        try loaded.table.install(LoadedObject.program(.write), as: 9)
        try loaded.table.remove(2)
        try loaded.table.install(other, as: 1)
        #expect(try loaded.access(1) == 2)
        #expect(try loaded.access(9) == 2)
    }
}

/// Swaps a profile's program as fast as it can, on a thread of its own. It uses the table and
/// the test uses the decider: they share nothing but the kernel's maps.
private final class Swapper: @unchecked Sendable {
    private let table: PolicyTable
    private let programs: [PolicyProgram]
    private let state = Mutex((stopped: false, swaps: 0, failure: String?.none))
    private let ended = DispatchSemaphore(value: 0)

    init(_ table: PolicyTable, _ programs: [PolicyProgram]) {
        self.table = table
        self.programs = programs
    }

    var swaps: Int { state.withLock { $0.swaps } }
    var failure: String? { state.withLock { $0.failure } }

    func start() {
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.stopped }) {
                do {
                    try table.install(programs[swaps % programs.count], as: 1)
                    state.withLock { $0.swaps += 1 }
                } catch {
                    state.withLock {
                        $0.failure = "\(error)"
                        $0.stopped = true
                    }
                }
            }
            ended.signal()
        }
    }

    func stop() {
        let wasStopped = state.withLock { state in
            defer { state.stopped = true }
            return state.stopped
        }
        if !wasStopped { ended.wait() }
    }
}
