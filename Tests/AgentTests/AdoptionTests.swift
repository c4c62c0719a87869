import ContainerHarness
import Foundation
import Kernel
import Sensor
import SensorABI
import Testing
import Workloads

extension AgentSuite {
    /// How often a container is watched whose runtime forks as fast as it can.
    private static let watches =
        ProcessInfo.processInfo.environment["LOADLINE_WATCHES"].flatMap { Int($0) } ?? 3_000
    /// How many processes a runtime moves into a running container.
    private static let moves =
        ProcessInfo.processInfo.environment["LOADLINE_MOVES"].flatMap { Int($0) } ?? 300

    /// A runtime that is found at its set-up has children all the while; whoever of them is born
    /// while it is being marked is marked as it is. One that is taken for the container's own is
    /// judged by its profile, and killed for what a runtime does.
    @Test func whatARuntimeForksWhileItIsFoundIsTheRuntimes() throws {
        let cgroup = try EmptyCgroup("adoption")
        let runtime = try Command(
            TinyProgram.commandFromMemory(
                try TinyProgram.elf(forking: 20_000_000), in: cgroup.directory))
        defer { runtime.stop() }
        let exe = "/proc/\(runtime.pid)/exe"
        let isFromMemory = waitUntil {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: exe)
            return target?.contains("memfd") ?? false
        }
        try #require(isFromMemory, "\(runtime.output)")

        let told = try ToldRecords(cgroup)
        for number in 0..<Self.watches {
            // What was watched under the other slot gets a new identity.
            let slot = UInt32(number % 2 + 1)
            try told.sensor.watch(cgroupID: cgroup.id, slot: slot, awaitsStart: true)
            usleep(200)
            try told.read()
            try told.sensor.unwatch(cgroupID: cgroup.id, slot: slot)
        }
        // A set-up is not told of.
        #expect(told.byKind.isEmpty, "records by kind: \(told.byKind)")
        #expect(kill(runtime.pid, 0) == 0, "it forks until the end")
    }

    /// What a runtime moves into a container that runs is the runtime's until it executes a program
    /// of the container, also where tasks of other containers are looked for just then.
    @Test func whatARuntimeMovesInWhileTasksAreLookedForIsTheRuntimes() throws {
        let cgroup = try EmptyCgroup("moving")
        let told = try ToldRecords(cgroup)
        try told.sensor.watch(cgroupID: cgroup.id, slot: 1, awaitsStart: false)
        let runtime = try Command(
            TinyProgram.commandMoving(
                try TinyProgram.elf(forking: 5), into: cgroup.directory, count: Self.moves))
        defer { runtime.stop() }
        var looks = 0
        let end = Patience.deadline(200)
        while runtime.isRunning, Date() < end {
            for _ in 0..<20 { try told.sensor.adoptTasks() }
            looks += 20
            try told.read()
        }
        let result = runtime.wait(timeout: 1)
        #expect(result.status == 0, "\(result)")
        #expect(looks > Self.moves, "\(looks) looks")
        #expect(told.byKind.isEmpty, "records by kind: \(told.byKind) in \(looks) looks")
    }
}

/// A cgroup of a test's own, removed with this.
private final class EmptyCgroup {
    let root: String
    let directory: String
    let id: UInt64

    init(_ name: String) throws {
        let hierarchy = try CgroupHierarchy.find()
        let path = "/loadline-test-\(name)-\(getpid())-0"
        root = hierarchy.mountPoint
        directory = root + path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        id = try hierarchy.id(ofPath: path)
    }

    deinit { waitUntil { unsafe rmdir(directory) == 0 } }
}

/// A sensor, and what it tells of containers.
private final class ToldRecords {
    let sensor: Sensor
    private(set) var byKind: [UInt16: Int] = [:]
    private var ring: RingBuffer?

    init(_ cgroup: EmptyCgroup) throws {
        sensor = try Sensor(cgroupRoot: cgroup.root)
        ring = try sensor.records { [unowned self] record in
            let header = unsafe record.unsafeLoad(fromByteOffset: 0, as: ll_header.self)
            if header.slot != 0 { byKind[header.kind, default: 0] += 1 }
        }
    }

    func read() throws { _ = try ring?.drain() }
}
