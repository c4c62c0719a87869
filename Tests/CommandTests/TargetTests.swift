import ContainerHarness
import Foundation
import Glibc
import Testing
import Workloads

extension CommandTests {
    /// Which container is meant, and which is never taken.
    @Suite(.serialized) struct Targets {
        @Test func aContainerThatDoesNotExist() throws {
            try RuncContainer.with(name: "there", command: ["/bin/sleep", "60"]) { container in
                try CommandTests.withFolder { folder in
                    let output = folder + "/out"
                    let says = ["\"no-such-container\"", container.id]
                    try expectFailure(
                        ["record", "--container", "no-such-container", "-o", output], says: says)
                    try expectFailure(["learn", "--container", "no-such-container"], says: says)
                    #expect(!FileManager.default.fileExists(atPath: output))
                }
            }
            try expectFailure(
                ["learn", "--cgroup", "/no/such"], says: ["there is no cgroup /no/such"])
            try expectFailure(["learn", "--cgroup", "relative"], says: ["\"relative\"", "/a/b"])
        }

        @Test func aNameThatFitsTwo() throws {
            let containers = (0..<2).map { _ in
                RuncContainer(name: "twin", command: ["/bin/sleep", "60"])
            }
            defer { for container in containers { container.delete() } }
            for container in containers { try container.start() }
            let both = containers[0].id.commonPrefix(with: containers[1].id)
            try expectFailure(
                ["learn", "--container", both],
                says: ["2 containers fit", containers[0].id, containers[1].id])
        }

        @Test func theRootIsRefused() throws {
            let hierarchy = try CgroupHierarchy.find()
            for root in ["/", hierarchy.mountPoint, hierarchy.mountPoint + "/"] {
                try expectFailure(["learn", "--cgroup", root], says: ["root cgroup", "never"])
            }
        }

        /// Its own cgroup, and what holds it: it would stop itself.
        @Test func itsOwnIsRefused() throws {
            let hierarchy = try CgroupHierarchy.find()
            let outer = "/loadline-test-own-\(getpid())"
            let inner = outer + "/inner"
            defer {
                for path in [inner, outer] { unsafe rmdir(hierarchy.directory(ofPath: path)) }
            }
            for path in [outer, inner] { unsafe mkdir(hierarchy.directory(ofPath: path), 0o755) }
            let procs = hierarchy.directory(ofPath: inner) + "/cgroup.procs"
            let moved = ["sh", "-c", "echo $$ >\(procs) && exec \"$@\"", "sh"]
            let program = try moved + [LoadlineProgram.path()]
            try expectFailure(
                ["learn", "--cgroup", inner], says: ["loadline's own cgroup", "never"],
                by: program)
            try expectFailure(
                ["learn", "--cgroup", outer],
                says: ["contains loadline's own cgroup \(inner)", "never"], by: program)
        }

        @Test func unusableArguments() throws {
            let usages: [([String], String)] = [
                (["record", "-o", "x"], "--container ID or --cgroup PATH"),
                (["learn", "--container", "a", "--cgroup", "/b"], "not both"),
                (["record", "--container", "a", "--duration", "soon", "-o", "x"], "--duration"),
                (["record", "--container", "a"], "-o FILE, --stream PATH"),
                (["record", "--container", "a", "--rotate", "5m", "--stream", "s"], "-o FILE"),
                (["record", "--container", "a", "--rotate", "soon", "-o", "x"], "--rotate"),
                (["record", "--container", "a", "--rotate", "9kB", "-o", "x"], "--rotate"),
                (["record", "--container", "a", "--rotate", "1h,2h", "-o", "x"], "--rotate"),
                (["watch", "--container", "a"], "--profile"),
                (["watch", "--profile", "p", "--container", "a", "--mode", "kill"], "--mode"),
                (["enforce"], "enforce"),
            ]
            for (arguments, part) in usages {
                let result = try LoadlineProgram.run(arguments)
                #expect(result.status == 64, "\(arguments) \(result)")
                #expect(result.stderr.contains(part), "\(arguments): \(result.stderr)")
            }
        }
    }
}
