import RecordWriting
import SysFlow
import Testing

@testable import Flows

/// The tables against plain models of them.
@Suite struct StructureTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func hashIndexIsADictionary(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var index = HashIndex()
        var model: [Int32: UInt32] = [:]
        // Few hashes, many of them neighbours: long runs that wrap around.
        let spread: UInt32 = seed % 2 == 0 ? 40 : .max
        for step in 0..<20_000 {
            if model.count < 300, UInt8.random(in: 0...255, using: &random) < 130 {
                let hash = UInt32.random(in: 0...spread, using: &random) &- 20
                let entry = Int32(step)
                index.insert(hash, entry)
                model[entry] = hash
            } else if let (entry, hash) = model.randomElement(using: &random) {
                index.remove(hash, entry)
                model[entry] = nil
                #expect(index.find(hash) { $0 == entry } == nil)
            }
            if step % 500 == 0 {
                #expect(index.count == model.count)
                for (entry, hash) in model { #expect(index.find(hash) { $0 == entry } == entry) }
            }
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func wheelTakesWhatIsDue(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var wheel = DueWheel(horizon: 60_000)
        var model: [Int32: UInt64] = [:]
        var now: UInt64 = 1_000_000
        for step in 0..<4_000 as Range<Int32> {
            switch UInt8.random(in: 0..<10, using: &random) {
            case 0..<7:
                let due = now + UInt64.random(in: 0...60_000, using: &random)
                wheel.schedule(step, at: due)
                model[step] = due
            case 7:
                if let entry = model.randomElement(using: &random)?.key {
                    wheel.cancel(entry)
                    wheel.cancel(entry)
                    model[entry] = nil
                }
            default:
                now += UInt64.random(in: 0...(step % 9 == 0 ? 300_000 : 3_000), using: &random)
                var taken: [Int32] = []
                wheel.takeDue(now: now, into: &taken)
                let expected = model.filter { $0.value <= now }.map(\.key)
                #expect(Set(taken) == Set(expected) && taken.count == expected.count)
                for entry in taken { model[entry] = nil }
            }
        }
    }

    @Test func wheelSurvivesAnyTime() {
        var wheel = DueWheel(horizon: 60_000)
        var taken: [Int32] = []
        wheel.schedule(0, at: .max)
        wheel.schedule(1, at: 0)
        wheel.takeDue(now: 1_000_000, into: &taken)
        #expect(taken == [1] || Set(taken) == [0, 1])
        wheel.schedule(2, at: 5)
        wheel.schedule(3, at: .max)
        wheel.takeDue(now: 3, into: &taken)
        taken = []
        wheel.takeDue(now: 1_000_000, into: &taken)
        #expect(taken.contains(2))
        wheel.takeDue(now: .max, into: &taken)
        #expect(taken.contains(3))
    }

    @Test(arguments: [
        (0, "238ae8e25d90fefb6a01644334c30cb1f5232efc"),
        (1, "d78f869473e99a0f9080c4d82a2bdc17eb7e0cbf"),
        (55, "cd9c50b77b7930f71a9b5157e10c20cd65f80305"),
        (56, "76e306ea246b52ce82d06f91347c9515fdf73ecb"),
        (57, "03e2e870dc1656443ab83006ed3d932bdcbc0a01"),
        (63, "1ceb557eb7e3337d4e1ad296f9d57bcab3ea8561"),
        (64, "6edcf49d6d0b93218800c706a7ea6e31d5861302"),
        (65, "18c3378b88eda13658e1b40e4a2d0a30ad4dbc9a"),
        (119, "901fdd68ecf909fb09be693db95537109cfb6cb7"),
        (120, "987aa7ef71115a1180cad3432a5b0fcb1c0503a2"),
        (200, "b138922b9b9b57f9ca3657aac6be8d3e5f932c63"),
    ])
    func fileIdentity(length: Int, digest: String) {
        let path = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
        let id = FileID(containerID: "c0ffee", path: path)
        var hex = ""
        for i in 0..<20 { hex += (id.bytes[i] < 16 ? "0" : "") + String(id.bytes[i], radix: 16) }
        #expect(hex == digest)
    }
}
