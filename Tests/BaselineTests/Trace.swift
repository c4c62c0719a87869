import Baseline
import SysFlow

/// Writes records as the recorder does: entities before what cites them.
struct Trace {
    var records: [Record] = []
    var time: Int64 = 1_795_291_200_000_000_000
    private var known: [[UInt8]: FileID] = [:]

    static let container = "0123456789ab"

    init() {
        records.append(.header(Header(exporter: "test")))
        add(container: Self.container)
    }

    mutating func add(container id: String) {
        records.append(
            .container(
                Container(
                    id: id, name: "web", image: "nginx:1.25", imageID: "", type: .containerd,
                    privileged: false)))
    }

    mutating func tick() -> Int64 {
        time += 1_000_000
        return time
    }

    static func id(_ pid: Int) -> ProcessID {
        ProcessID(createTime: Int64(pid) + 7, hostPID: Int64(pid))
    }

    mutating func process(
        _ pid: Int, _ exe: String, parent: Int? = nil, state: ObjectState = .created,
        container: String? = Trace.container
    ) {
        records.append(
            .process(
                Process(
                    state: state, oid: Self.id(pid), parent: parent.map(Self.id), time: tick(),
                    exe: exe, exeArgs: "", uid: 0, gid: 0, containerID: container)))
    }

    mutating func event(_ pid: Int, _ operations: Operations, tid: Int? = nil, result: Int32 = 0) {
        records.append(
            .processEvent(
                ProcessEvent(
                    process: Self.id(pid), time: tick(), tid: Int64(tid ?? pid),
                    operations: operations, result: result)))
    }

    /// A capability or a rare act by its name, as the recorder writes it.
    mutating func use(
        _ pid: Int, _ operation: Operations, _ name: String, _ more: String..., result: Int32 = 0
    ) {
        records.append(
            .processEvent(
                ProcessEvent(
                    process: Self.id(pid), time: tick(), tid: Int64(pid),
                    operations: operation, args: [name] + more, result: result)))
    }

    /// A process with its new image, then the exec.
    mutating func exec(_ pid: Int, _ exe: String, parent: Int? = nil, result: Int32 = 0) {
        process(pid, exe, parent: parent, state: .modified)
        event(pid, .exec, result: result)
    }

    mutating func file(_ path: String, type: Character = "f") -> FileID {
        if let id = known[Array(path.utf8)] { return id }
        var bytes = [20 of UInt8](repeating: 0)
        let number = known.count + 1
        for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
        let id = FileID(bytes: bytes)
        known[Array(path.utf8)] = id
        records.append(
            .file(
                File(
                    state: .created, oid: id, time: tick(),
                    resourceType: Int32(type.asciiValue ?? 0x66), path: path,
                    containerID: Self.container)))
        return id
    }

    mutating func fileFlow(
        _ pid: Int, _ path: String, _ flags: OpenFlags, _ operations: Operations = [.open, .close],
        type: Character = "f"
    ) {
        let id = file(path, type: type)
        let start = tick()
        records.append(
            .fileFlow(
                FileFlow(
                    process: Self.id(pid), time: start, tid: Int64(pid), operations: operations,
                    openFlags: flags, endTime: tick(), file: id, fd: 3, volume: Volume())))
    }

    mutating func fileEvent(
        _ pid: Int, _ operations: Operations, _ path: String, _ second: String? = nil,
        result: Int32 = 0
    ) {
        let first = file(path)
        let new = second.map { file($0) }
        records.append(
            .fileEvent(
                FileEvent(
                    process: Self.id(pid), time: tick(), tid: Int64(pid), operations: operations,
                    file: first, result: result, newFile: new)))
    }

    mutating func flow(
        _ pid: Int, _ operations: Operations, from source: IPAddress, _ sourcePort: UInt16,
        to destination: IPAddress, _ port: UInt16, proto: Int32 = 6
    ) {
        let start = tick()
        records.append(
            .networkFlow(
                NetworkFlow(
                    process: Self.id(pid), time: start, tid: Int64(pid), operations: operations,
                    endTime: tick(), source: source, sourcePort: sourcePort,
                    destination: destination, destinationPort: port, proto: proto, fd: 4,
                    volume: Volume())))
    }

    mutating func networkEvent(
        _ pid: Int, _ operations: Operations, local: IPAddress, _ localPort: UInt16,
        to destination: IPAddress = IPAddress(v4: 0), _ port: UInt16 = 0, proto: Int32 = 6,
        result: Int32 = 0
    ) {
        records.append(
            .networkEvent(
                NetworkEvent(
                    process: Self.id(pid), time: tick(), tid: Int64(pid), operations: operations,
                    source: local, sourcePort: localPort, destination: destination,
                    destinationPort: port, proto: proto, result: result)))
    }

    func learner(_ options: Learner.Options = Learner.Options()) -> Learner {
        var learner = Learner(options)
        for record in records { learner.consume(record) }
        return learner
    }

    func profile(allowing: Set<String> = []) -> Profile {
        learner().behaviours(of: Self.container)?.profile(name: "p", allowing: allowing)
            ?? Profile(name: "none")
    }
}

extension Profile {
    func rules(of executable: String) -> ExecutableRules? {
        executables.first { $0.executable == executable }
    }
    func files(of executable: String) -> [String: [String]] {
        let rules = rules(of: executable)?.files ?? []
        return Dictionary(rules.map { ($0.path, $0.access.words) }) { $0 + $1 }
    }
}
