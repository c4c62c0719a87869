import Events
import Flows
import RecordWriting
import SensorABI
import SysFlow
import Testing

let second: UInt64 = 1_000_000_000
/// The epoch at boot in tests.
let bootEpoch: Int64 = 1_700_000_000_000_000_000

func sampleContainer(_ id: String = "c0ffee") -> Container {
    Container(
        id: id, name: "web", image: "nginx:1", imageID: "sha256:1", type: .containerd,
        privileged: false)
}

/// An assembler with a kernel to read and all that it emitted, its order checked.
struct Bench: ~Copyable {
    var assembler: FlowAssembler
    var kernel = TestKernel()
    var records: [Record] = []
    var slots: [UInt32] = []
    /// By slot.
    var order: [UInt32: OrderInvariant] = [:]
    var dispositions: [FlowAssembler.Disposition] = []

    init(limits: FlowAssembler.Limits = .init(), slots: ClosedRange<UInt32> = 1...1) {
        assembler = FlowAssembler(
            configuration: .init(realtimeOffset: bootEpoch, limits: limits), hashSeed: 42)
        for slot in slots {
            assembler.register(
                container: sampleContainer(slot == 1 ? "c0ffee" : "c\(slot)"), slot: slot)
        }
    }

    private mutating func collect(
        _ body: (inout FlowAssembler, inout TestKernel, (Record, UInt32) -> Void) -> Void
    ) {
        var records: [(Record, UInt32)] = []
        body(&assembler, &kernel) { records.append(($0, $1)) }
        for (record, slot) in records {
            self.records.append(record)
            slots.append(slot)
            order[slot, default: OrderInvariant()].take(record)
        }
    }

    mutating func feed(_ bytes: [UInt8]) throws(DecodeError) {
        let event = try decode(RawSpan(_elements: bytes.span))
        var records: [(Record, UInt32)] = []
        let disposition = assembler.consume(event, counters: &kernel) { records.append(($0, $1)) }
        dispositions.append(disposition)
        collect { _, _, emit in for (record, slot) in records { emit(record, slot) } }
    }

    mutating func tick(_ now: UInt64) {
        collect { $0.tick(now: now, counters: &$1, emit: $2) }
    }

    mutating func finish(_ now: UInt64) {
        collect { $0.finish(now: now, counters: &$1, emit: $2) }
    }

    mutating func retire(_ slot: UInt32, _ now: UInt64) {
        collect { $0.retire(slot: slot, now: now, counters: &$1, emit: $2) }
    }

    mutating func restart() {
        assembler.restart()
        for slot in order.keys { order[slot]?.beginOutput() }
    }

    /// What was emitted since the last time.
    mutating func take() -> [Record] {
        defer { records = [] }
        return records
    }

    /// Repeats are in order where limits dropped what came again.
    func checkOrder(repeatsAllowed: Bool = false) {
        for (slot, order) in order {
            let count = order.violations.count
            #expect(count == 0, "slot \(slot): \(order.violations.first ?? "")")
            if !repeatsAllowed { #expect(order.repeats == 0, "slot \(slot)") }
        }
    }

    /// Sets a file's counters in the kernel.
    mutating func count(
        dentry: UInt64, tgid: UInt32, mode: UInt32 = LL_ACCESS_READ, start: UInt64 = 1,
        first: UInt64, last: UInt64, reads: UInt64 = 0, readBytes: UInt64 = 0,
        writes: UInt64 = 0, writeBytes: UInt64 = 0, opens: UInt64 = 1,
        operations: UInt32 = LL_OPERATION_OPEN
    ) {
        kernel.files[FileFlowKey(dentry: dentry, tgid: tgid, mode: mode)] = FlowCounters(
            processStart: start, firstBoottime: first, lastBoottime: last, reads: reads,
            readBytes: readBytes, writes: writes, writeBytes: writeBytes, opens: opens,
            operations: operations)
    }
}

/// One line for each record, short enough to compare in a test.
func lines(_ records: [Record]) -> [String] { records.map(line) }

func line(_ record: Record) -> String {
    switch record {
    case .container(let c): "container \(c.id)"
    case .process(let p):
        "process \(p.oid.hostPID) \(p.state) parent \(p.parent?.hostPID ?? 0) \(p.exe)"
            + "[\(p.exeArgs)] \(p.uid):\(p.gid)" + (p.entry == true ? " entry" : "")
    case .file(let f):
        "file \(f.state) \(f.path) " + String(UnicodeScalar(UInt8(f.resourceType)))
    case .processEvent(let e):
        "event \(e.process.hostPID) \(flags(e.operations)) \(e.result) \(e.args)"
    case .networkEvent(let e):
        "network event \(e.process.hostPID) \(flags(e.operations)) "
            + "\(address(e.source)):\(e.sourcePort)>\(address(e.destination)):"
            + "\(e.destinationPort) \(e.result)"
    case .processFlow(let f):
        "threads \(f.process.hostPID) \(flags(f.operations)) +\(f.threadsCloned) "
            + "-\(f.threadsExited)"
    case .fileFlow(let f):
        "file flow \(f.process.hostPID) \(flags(f.operations)) \(volume(f.volume))"
    case .networkFlow(let f):
        "network flow \(f.process.hostPID) \(flags(f.operations)) "
            + "\(address(f.source)):\(f.sourcePort)>\(address(f.destination)):"
            + "\(f.destinationPort) \(volume(f.volume))"
    case .fileEvent(let e):
        "file event \(e.process.hostPID) \(flags(e.operations)) \(e.result)"
            + (e.newFile == nil ? "" : " second")
    default: "\(record)"
    }
}

private func volume(_ v: Volume) -> String {
    "r\(v.readOperations)/\(v.readBytes) w\(v.writeOperations)/\(v.writeBytes)"
}

func address(_ address: IPAddress) -> String {
    guard let v4 = address.v4 else { return String(address.low, radix: 16) }
    return (0..<4).map { "\(v4 >> UInt32(24 - 8 * $0) & 255)" }.joined(separator: ".")
}

private func flags(_ operations: Operations) -> String {
    let names = [
        "CLONE", "EXEC", "EXIT", "SETUID", "SETNS", "ACCEPT", "CONNECT", "OPEN", "READ", "WRITE",
        "CLOSE", "TRUNCATE", "SHUTDOWN", "MMAP", "DIGEST", "MKDIR", "RMDIR", "LINK", "UNLINK",
        "SYMLINK", "RENAME", "", "", "", "CHMOD", "CHOWN", "MKNOD", "MOUNT", "BIND", "LISTEN",
        "SOCKET",
    ]
    return names.indices.filter { operations.rawValue & 1 << Int32($0) != 0 }
        .map { names[$0] }.joined(separator: "|")
}
