import DequeModule
import RecordWriting
import SensorABI

/// A stream of ring buffer records like that of busy web containers: short-lived processes, many
/// connections, files opened again and again. All records lie in one buffer, one after another.
struct EventMix {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []
    private(set) var lastBoottime: UInt64

    private var random: SeededRandom
    private let containers: UInt32
    private var nextProcess: UInt32 = 10_000
    private var nextObject: UInt64 = 1
    private var live: [RecordWriter] = []
    /// Ends of connections, and how many events come before each.
    private var connections: Deque<(Int, [UInt8])> = []
    private let paths: [[UInt8]]

    /// Events a second of the recorded time.
    static let rate: UInt64 = 100_000

    init(events: Int, containers: UInt32, distinctPaths: Int, seed: UInt64) {
        random = SeededRandom(seed: seed)
        self.containers = containers
        lastBoottime = 1_000_000_000_000
        paths = (0..<distinctPaths).map {
            Array("/usr/share/nginx/html/assets/\($0 / 100)/page-\($0).html".utf8)
        }
        for slot in 1...containers { start(slot) }
        while ranges.count < events { step() }
    }

    private mutating func append(_ record: [UInt8]) {
        lastBoottime += 1_000_000_000 / Self.rate
        ranges.append(bytes.count..<(bytes.count + record.count))
        bytes += record
        // The ring buffer aligns records to eight bytes.
        while bytes.count % 8 != 0 { bytes.append(0) }
    }

    private mutating func start(_ slot: UInt32) {
        for _ in 0..<4 {
            let process = RecordWriter(
                slot: slot, boottime: lastBoottime, tgid: nextProcess, start: lastBoottime)
            nextProcess += 1
            append(
                process.exec(
                    kind: LL_KIND_PROCESS, exe: "/usr/sbin/nginx",
                    args: ["nginx", "-g", "daemon off;"]))
            live.append(process)
        }
    }

    /// Of the events about half are connections that begin and end, a third short-lived
    /// processes, the rest files that long-lived processes touch for the first time.
    private mutating func step() {
        if let (end, record) = connections.first, end <= ranges.count {
            connections.removeFirst()
            append(record)
        }
        var actor = live[Int.random(in: 0..<live.count, using: &random)]
        actor.boottime = lastBoottime
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60: connect(actor)
        case 60..<88:
            let path = Int.random(in: 0..<paths.count, using: &random)
            append(
                actor.fileOpen(
                    path: paths[path], dentry: UInt64(actor.slot) << 32 | UInt64(path),
                    openFlags: 0o2000000))
        default: shortProcess(actor)
        }
    }

    /// A connection that is accepted now and ends 2,000 events later.
    private mutating func connect(_ actor: RecordWriter) {
        nextObject += 1
        append(socket(actor, nextObject, LL_KIND_SOCKET_OPEN))
        connections.append(
            (ranges.count + 2_000, socket(actor, nextObject, LL_KIND_SOCKET_END)))
    }

    private func socket(_ actor: RecordWriter, _ object: UInt64, _ kind: Int32) -> [UInt8] {
        actor.socket(
            kind: kind, sock: object << 8, local: mapped(10, 0, 0, 2), localPort: 80,
            remote: mapped(10, 0, 1, UInt8(truncatingIfNeeded: object)),
            remotePort: UInt16(truncatingIfNeeded: object), operations: LL_OPERATION_ACCEPT,
            first: actor.boottime, last: actor.boottime, receives: 3, receiveBytes: 900, sends: 3,
            sendBytes: 20_000)
    }

    /// fork, exec, four files, exit.
    private mutating func shortProcess(_ parent: RecordWriter) {
        var child = RecordWriter(
            slot: parent.slot, boottime: lastBoottime, tgid: nextProcess, start: lastBoottime)
        nextProcess += 1
        append(parent.fork(child: child.tgid, childStart: child.start))
        append(child.exec(exe: "/bin/sh", args: ["sh", "-c", "date >> /tmp/log"], cwd: "/tmp"))
        for path in ["/etc/ld.so.cache", "/lib/x86_64-linux-gnu/libc.so.6", "/dev/tty", "/tmp/log"]
        {
            child.boottime = lastBoottime
            append(
                child.fileOpen(
                    path: path, dentry: UInt64(child.slot) << 32 | UInt64(path.utf8.count)))
        }
        child.boottime = lastBoottime
        append(child.exit())
    }
}
