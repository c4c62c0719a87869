import Baseline
import ContainerHarness
import Foundation
import Testing
import Workloads

extension AgentSuite {
    /// A process stays its container's, whatever cgroup it is in; a host's process is nobody's.
    @Test func identityFollowsProcessesAndNoOneElse() throws {
        let agent = try AgentProcess(
            ["--mode", "enforce"],
            profiles: [
                "perl.yaml": try LearnedKinds.profile(.perl),
                // For whatever is a container: the host and its cgroups are none.
                "all.yaml": try LearnedKinds.profile(.perl).with(
                    name: "all", selector: Selector(containerName: LearnedKinds.names("*"))),
            ])
        try agent.waitUntilReady()
        try hostIsLeftAlone(agent)
        let service = PerlService()
        let container = try service.start()
        defer { container.delete() }
        let cgroup = try CgroupDirectory(of: container)
        try agent.waitFor(container)

        // Below the container's own cgroup.
        try cgroup.makeInner("inner")
        try cgroup.move(container.pid(), to: "inner")
        #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        #expect(try !Kind.perl.attack("perl-tcp4", service, container).happened)
        #expect(try service.answers(in: container))
        #expect(!agent.notes.contains { $0.contains("inner") }, "it is no container of its own")

        // A program of the host that is moved in is judged as one of the container's.
        let path = cgroup.path
        let joined = try Command.run(
            ["/bin/sh", "-c", "echo $$ >\(path)/cgroup.procs && exec /bin/cat /etc/hostname"])
        #expect(joined.status == 137 && joined.stdout.isEmpty, "\(joined)")

        // Out of it, and then without it.
        try cgroup.move(container.pid(), to: nil)
        #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        #expect(try !Kind.perl.attack("perl-tcp6", service, container).happened)
        try cgroup.waitUntilChildless(container.pid())
        try cgroup.remove("inner")
        try cgroup.remove("")
        try agent.process.waitFor("is gone, but 1 of its processes live on")
        #expect(try !Kind.perl.attack("perl-read-shadow", service, container).happened)
        #expect(try !Kind.perl.attack("perl-shell", service, container).happened)
        #expect(try service.answers(in: container))

        let expected: Set = ["file", "egress", "exec"]
        #expect(try agent.dimensions(of: container, including: expected) == expected)
        container.delete()
        try agent.waitForEnd(of: container)
        #expect(agent.alerts.allSatisfy { $0.container.name == container.id })
        #expect(try agent.process.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: agent.directory + "/learned"))
    }

    private func hostIsLeftAlone(_ agent: AgentProcess) throws {
        let root = try CgroupHierarchy.find().mountPoint
        let plain = "\(root)/loadline-test-plain-\(getpid())-0"
        try FileManager.default.createDirectory(atPath: plain, withIntermediateDirectories: false)
        let cat = "exec /bin/cat /etc/hostname"
        for script in [cat, "echo $$ >\(plain)/cgroup.procs && \(cat)"] {
            let result = try Command.run(["/bin/sh", "-c", script])
            #expect(result.status == 0 && !result.stdout.isEmpty, "\(script): \(result)")
        }
        #expect(unsafe rmdir(plain) == 0)
        let watch = try Command.run([
            BuiltProgram.path(), "watch", "--cgroup", "/", "--mode", "enforce", "--profile",
            agent.directory + "/all.yaml",
        ])
        #expect(watch.status == 1 && watch.stderr.contains("root cgroup"), "\(watch)")
        #expect(agent.alerts.isEmpty)
    }
}

/// A container's cgroup as a directory.
private struct CgroupDirectory {
    let root: String
    let path: String

    init(of container: RuncContainer) throws {
        root = try CgroupHierarchy.find().mountPoint
        path = root + container.cgroupPath
    }

    func makeInner(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: path + "/" + name, withIntermediateDirectories: false)
    }

    /// - Parameter name: nil is the root cgroup.
    func move(_ process: Int32, to name: String?) throws {
        let file = (name.map { path + "/" + $0 } ?? root) + "/cgroup.procs"
        let result = try Command.run(["/bin/sh", "-c", "echo \(process) >\(file)"])
        try result.expectSuccess("moving \(process) to \(file)")
    }

    /// Until the processes that served requests have ended.
    func waitUntilChildless(_ process: Int32) throws {
        let file = "/proc/\(process)/task/\(process)/children"
        for _ in 0..<2_000 {
            if try String(contentsOfFile: file, encoding: .utf8).isEmpty { return }
            usleep(10_000)
        }
        throw HarnessError("\(process) has children that do not end")
    }

    func remove(_ name: String) throws {
        let directory = name.isEmpty ? path : path + "/" + name
        for _ in 0..<2_000 {
            if unsafe rmdir(directory) == 0 { return }
            usleep(10_000)
        }
        throw HarnessError("\(directory) cannot be removed: errno \(errno)")
    }
}
