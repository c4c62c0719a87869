import ContainerHarness
import Foundation
import Testing
import Workloads

extension EndToEnd {
    /// However loadline ends, nothing of it stays in the kernel.
    @Suite(.serialized) struct Leaving {
        @Test(arguments: ["asked to stop", "killed"])
        func leavesNothing(_ end: String) async throws {
            try await EndToEnd.withFolder { folder in
                let service = PerlService()
                let held = try HeldService(service, in: folder) { container, seconds in
                    try pings(service, container, seconds)
                }
                try held.learn(seconds: 1)
                let watch = try held.watch()
                let objects = try KernelObjects(of: watch.processIdentifier)
                #expect(try objects.there() == objects.names)
                for kind in ["prog", "map", "link"] {
                    #expect(objects.names.contains { $0.hasPrefix(kind) }, "no \(kind): \(objects)")
                }
                if end == "killed" { try watch.kill() } else { _ = try watch.stop() }
                #expect(try objects.left() == [])
                #expect(try held.isAnswering())

                let container = held.container
                container.delete()
                let hierarchy = try CgroupHierarchy.find()
                let cgroup = hierarchy.directory(ofPath: container.cgroupPath)
                #expect(!FileManager.default.fileExists(atPath: cgroup))
                let mounts = try #require(KernelFile.text("/proc/self/mountinfo"))
                #expect(!mounts.contains(container.id))
                #expect(!FileManager.default.fileExists(atPath: container.directory))
            }
        }
    }
}
