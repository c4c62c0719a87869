import SeededRandom
import SysFlow

/// A random trace as the assembler makes them: every entity once, before what cites it, and again
/// as MODIFIED when it changed. Each record's time is its number.
struct MadeTrace {
    private var random: SeededGenerator
    private var time: Int64 = 0
    private var nextPID: Int64 = 100
    private var nextFile = 0
    private var alive: [Process] = []
    private var files: [File] = []
    private var records: [Record] = []

    static func records(_ count: Int, seed: UInt64) -> [Record] {
        var trace = MadeTrace(random: SeededGenerator(seed: seed))
        for number in 0..<3 { trace.addContainer(number) }
        while trace.records.count < count { trace.step() }
        return Array(trace.records.prefix(count))
    }

    private init(random: SeededGenerator) { self.random = random }

    private mutating func stamp() -> Int64 {
        time += 1
        return time
    }

    private mutating func addContainer(_ number: Int) {
        let id = "container-\(number)"
        records.append(
            .container(
                Container(
                    id: id, name: "web-\(number)", image: "nginx", imageID: "sha256:1",
                    type: .docker, privileged: false, podID: "no-such-pod")))
        addProcess(parent: nil, containerID: id)
    }

    private mutating func addProcess(parent: Process?, containerID: String?) {
        nextPID += 1
        let process = Process(
            state: .created, oid: ProcessID(createTime: stamp(), hostPID: nextPID),
            parent: parent?.oid, time: time, exe: "/bin/first-\(nextPID)", exeArgs: "", uid: 0,
            gid: 0, containerID: containerID)
        alive.append(process)
        records.append(.process(process))
        addEvent(process.oid, .clone)
    }

    private mutating func addEvent(_ id: ProcessID, _ operation: Operations) {
        records.append(
            .processEvent(
                ProcessEvent(
                    process: id, time: stamp(), tid: id.hostPID, operations: operation,
                    args: ["argument"], result: 0)))
    }

    private mutating func step() {
        guard let index = alive.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8:
            addProcess(parent: alive[index], containerID: alive[index].containerID)
        case 8..<14: exec(index)
        case 14..<20 where alive.count > 3: exit(index)
        case 20..<70: fileFlow(alive[index])
        case 70..<80: rename(alive[index])
        default: networkFlow(alive[index])
        }
    }

    private mutating func exec(_ index: Int) {
        alive[index].state = .modified
        alive[index].exe = "/bin/later-\(stamp())"
        records.append(.process(alive[index]))
        addEvent(alive[index].oid, .exec)
    }

    private mutating func exit(_ index: Int) {
        addEvent(alive[index].oid, .exit)
        alive.remove(at: index)
    }

    private mutating func file(_ process: Process) -> FileID {
        if let known = files.randomElement(using: &random),
            Bool.random(using: &random), known.containerID == process.containerID
        {
            return known.oid
        }
        nextFile += 1
        let path = "/srv/some/where/file-\(nextFile)"
        let file = File(
            state: .created, oid: FileID(containerID: process.containerID ?? "", path: path),
            time: stamp(), resourceType: 102, path: path, containerID: process.containerID)
        files.append(file)
        records.append(.file(file))
        return file.oid
    }

    private mutating func fileFlow(_ process: Process) {
        let file = file(process)
        records.append(
            .fileFlow(
                FileFlow(
                    process: process.oid, time: stamp(), tid: 1, operations: .open,
                    openFlags: .readOnly, endTime: time, file: file, fd: 3, volume: Volume())))
    }

    private mutating func rename(_ process: Process) {
        let (old, new) = (file(process), file(process))
        records.append(
            .fileEvent(
                FileEvent(
                    process: process.oid, time: stamp(), tid: 1, operations: .rename, file: old,
                    result: 0, newFile: new)))
    }

    private mutating func networkFlow(_ process: Process) {
        records.append(
            .networkFlow(
                NetworkFlow(
                    process: process.oid, time: stamp(), tid: 1, operations: .connect,
                    endTime: time, source: IPAddress(v4: 1), sourcePort: 2,
                    destination: IPAddress(v4: 3), destinationPort: 443, proto: 6, fd: 4,
                    volume: Volume())))
    }
}
