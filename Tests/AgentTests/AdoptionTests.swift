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

    /// A runtime that is found at its set-up has children all the while; whoever of them is born
    /// while it is being marked is marked as it is. One that is taken for the container's own is
    /// judged by its profile, and killed for what a runtime does.
    @Test func whatARuntimeForksWhileItIsFoundIsTheRuntimes() throws {
        let hierarchy = try CgroupHierarchy.find()
        let path = "/loadline-test-adoption-\(getpid())-0"
        let folder = hierarchy.mountPoint + path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        defer { _ = unsafe rmdir(folder) }
        let runtime = try Command(
            TinyProgram.commandFromMemory(try TinyProgram.elf(forking: 20_000_000), in: folder))
        defer { runtime.stop() }
        let exe = "/proc/\(runtime.pid)/exe"
        let isFromMemory = waitUntil {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: exe)
            return target?.contains("memfd") ?? false
        }
        try #require(isFromMemory, "\(runtime.output)")

        let sensor = try Sensor(cgroupRoot: hierarchy.mountPoint)
        var told: [UInt16: Int] = [:]
        let ring = try sensor.records { record in
            let header = unsafe record.unsafeLoad(fromByteOffset: 0, as: ll_header.self)
            if header.slot != 0 { told[header.kind, default: 0] += 1 }
        }
        let id = try hierarchy.id(ofPath: path)
        for number in 0..<Self.watches {
            // What was watched under the other slot gets a new identity.
            let slot = UInt32(number % 2 + 1)
            try sensor.watch(cgroupID: id, slot: slot, awaitsStart: true)
            usleep(200)
            _ = try ring.drain()
            try sensor.unwatch(cgroupID: id, slot: slot)
        }
        // A set-up is not told of.
        #expect(told.isEmpty, "records by kind: \(told)")
        #expect(kill(runtime.pid, 0) == 0, "it forks until the end")
    }
}
