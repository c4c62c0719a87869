import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

/// Random streams with few ids, so that everything collides with everything: lost and repeated
/// records, ids used again, small tables, outputs begun and containers gone in between.
@Suite struct RandomStreamTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func noDanglingReference(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let limits =
            seed % 2 == 0
            ? FlowAssembler.Limits(processes: 4, files: 4, flows: 4, listeners: 4)
            : FlowAssembler.Limits(processes: 30, files: 40, flows: 50)
        var bench = Bench(limits: limits, slots: 1...3)
        var now = 100 * second
        for _ in 0..<4_000 {
            now += UInt64.random(in: 0...(2 * second), using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<8: bench.tick(now)
            case 8: bench.restart()
            case 9: bench.finish(now)
            case 10:
                let slot = UInt32.random(in: 1...3, using: &random)
                bench.retire(slot, now)
                bench.assembler.register(container: sampleContainer("again\(slot)"), slot: slot)
                bench.order[slot]?.beginOutput()
            default: try bench.feed(record(now, &random, &bench))
            }
        }
        bench.finish(now)
        bench.checkOrder(repeatsAllowed: true)
        #expect(bench.records.count > 3_000)
        #expect(bench.assembler.statistics.records == bench.records.count)
    }

    private func record(
        _ now: UInt64, _ random: inout SeededRandom, _ bench: inout Bench
    ) -> [UInt8] {
        func pick(_ count: UInt64) -> UInt64 { UInt64.random(in: 0..<count, using: &random) }
        let writer = RecordWriter(
            slot: UInt32(pick(4)), boottime: now, tgid: 100 + UInt32(pick(12)), start: 1 + pick(3))
        let path = "/f\(pick(12))"
        let dentry = pick(12)
        if pick(2) == 0 {
            bench.count(
                dentry: dentry, tgid: writer.tgid, first: 1 + pick(2),
                last: now - pick(90) * second,
                reads: pick(100), writes: pick(5), operations: UInt32(pick(1 << 20)))
        }
        switch pick(14) {
        case 0, 1:
            return writer.fork(
                child: 100 + UInt32(pick(12)), childTid: 100 + UInt32(pick(14)),
                childStart: 1 + pick(3))
        case 2:
            return writer.exec(
                kind: pick(2) == 0 ? LL_KIND_EXEC : LL_KIND_PROCESS, exe: path, args: ["a"],
                parent: 100 + UInt32(pick(12)), parentStart: 1 + pick(3))
        case 3: return writer.exit(isThread: pick(3) == 0)
        case 4: return writer.credentials(uid: UInt32(pick(3)), gid: 0)
        case 5, 6, 7: return writer.fileOpen(path: path, dentry: dentry)
        case 8: return writer.fileEnd(dentry: dentry, first: 1, last: now, reads: pick(9))
        case 9: return writer.fileOperation(LL_OPERATION_RENAME, path: path, second: "/g\(pick(5))")
        case 10: return writer.socket(sock: pick(9), operations: UInt32(pick(1 << 12)))
        case 11: return writer.socket(kind: LL_KIND_SOCKET_END, sock: pick(9), last: now)
        case 12:
            return writer.act(
                [LL_DIMENSION_CAPABILITY, LL_DIMENSION_ACT, LL_DIMENSION_NONE][Int(pick(3))],
                UInt32(pick(70)))
        default: return writer.socketOperation(LL_OPERATION_LISTEN, localPort: UInt16(pick(9)))
        }
    }

    /// Records of any bytes that decode: nothing in them stops the assembler.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func anyFields(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var bench = Bench(limits: .init(processes: 20, files: 20, flows: 20), slots: 1...3)
        var taken = 0
        for _ in 0..<5_000 {
            var bytes = record(
                UInt64.random(in: 200 * second ... .max / 2, using: &random), &random, &bench)
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let at = Int.random(in: 4..<bytes.count, using: &random)
                bytes[at] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
            }
            do {
                try bench.feed(bytes)
                taken += 1
            } catch {}
            if taken % 97 == 0 { bench.tick(UInt64.random(in: 0 ... .max, using: &random)) }
        }
        bench.finish(.max)
        #expect(taken > 2_000)
        bench.checkOrder(repeatsAllowed: true)
    }
}
