import Foundation
import Kernel
import Sensor
import Testing
import Workloads

extension AgentSuite {
    /// Whoever reads a ring to its end does so also where each record brings forth two more.
    @Test func drainingTakesWhatWasThereAndNoMore() throws {
        let cgroups = try CgroupHierarchy.find().mountPoint
        let folder = "\(cgroups)/loadline-test-ring-\(getpid())"
        let sensor = try Sensor(cgroupRoot: cgroups)
        var more = 0
        let ring = try sensor.records { _ in
            // So that a reader that follows the writer fails instead of going on for ever.
            guard more < 2_000 else { return }
            more += 1
            Self.makeAndRemove(folder)
        }
        for _ in 0..<5 { Self.makeAndRemove(folder) }
        let count = try ring.drain()
        // Others on this machine may make a cgroup meanwhile.
        #expect((10..<200).contains(count))
        #expect(more == count)
        // What came meanwhile is there for the next call.
        #expect(try ring.drain() >= 2 * count)
    }

    private static func makeAndRemove(_ folder: String) {
        _ = unsafe mkdir(folder, 0o700)
        _ = unsafe rmdir(folder)
    }
}
