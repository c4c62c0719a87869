import Foundation
import Glibc
import Testing
import Workloads

@testable import ContainerHarness

@Suite(.serialized) struct RuncContainerTests {
    @Test func startsExecutesAndLeavesNothing() throws {
        let container = RuncContainer(name: "life", command: ["/bin/sleep", "60"])
        defer { container.delete() }
        try container.create()
        #expect(try container.state() == "created")
        #expect(try container.cgroupID() > CgroupHierarchy.rootID)
        try container.start()
        #expect(try container.state() == "running")

        let echo = try container.exec(["/bin/sh", "-c", "cat; echo err >&2; exit 7"], input: [65])
        #expect(echo.status == 7)
        #expect(echo.stdout == "A")
        #expect(echo.stderr == "err\n")
        #expect(try container.exec(["/bin/sh", "-c", "kill -9 $$"]).status == 137)

        let slow = try container.exec(["/bin/sleep", "50"], timeout: 0.3)
        #expect(slow.timedOut)
        let detached = try container.execDetached(["/bin/sleep", "51"])
        let cgroup = try String(contentsOfFile: "/proc/\(detached)/cgroup", encoding: .utf8)
        #expect(cgroup.contains("0::\(container.cgroupPath)\n"))

        try container.plant(ContainerFile("/tmp/planted", "x", mode: 0o600))
        #expect(try container.exec(["/bin/cat", "/tmp/planted"]).stdout == "x")
        _ = try container.exec(["/bin/sh", "-c", "echo y > /etc/own"])
        #expect(try container.contents(of: "/etc/own") == "y\n")
        #expect(!FileManager.default.fileExists(atPath: "/etc/own"))

        let directory = container.directory
        let hierarchy = try CgroupHierarchy.find()
        container.delete()
        container.delete()
        #expect(!FileManager.default.fileExists(atPath: directory))
        #expect(!FileManager.default.fileExists(atPath: "/run/runc/" + container.id))
        #expect(throws: CgroupError.self) { try hierarchy.id(ofPath: container.cgroupPath) }
        #expect(ended(detached))
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        #expect(!mounts.contains(container.id))
    }

    @Test func aFailureIsClearAndLeavesNothing() throws {
        let container = RuncContainer(name: "bad", command: ["/no/such/program"])
        var message = ""
        do { try container.start() } catch { message = "\(error)" }
        #expect(message.contains("/no/such/program"), "\(message)")
        #expect(!FileManager.default.fileExists(atPath: container.directory))
        #expect(!FileManager.default.fileExists(atPath: "/run/runc/" + container.id))
    }

    @Test func whatAKilledTestLeavesIsSweptAndNothingElse() throws {
        let maker = try Command(["/bin/true"])
        _ = maker.wait(timeout: 5)
        let command = ["/bin/sleep", "60"]
        let left = RuncContainer(
            name: "left", command: command, options: ContainerOptions(), owner: maker.pid)
        let kept = RuncContainer(name: "kept", command: command)
        defer { for container in [left, kept] { container.delete() } }
        try left.start()
        try kept.start()
        let pid = try left.pid()
        Leftovers.sweep()
        #expect(!FileManager.default.fileExists(atPath: left.directory))
        #expect(ended(pid))
        #expect(try left.state() == nil)
        #expect(try kept.state() == "running")
    }

    @Test func networks() async throws {
        var options = ContainerOptions()
        options.hostNetwork = true
        let own = RuncContainer(name: "own", command: ["/bin/sleep", "60"])
        defer { own.delete() }
        try own.start()
        let host = try network("self")
        #expect(try network("\(own.pid())") != host)
        try await RuncContainer.with(
            name: "shared", command: ["/bin/sleep", "60"], options: options
        ) { container in
            await Task.yield()
            let shared = try network("\(container.pid())")
            #expect(shared == host)
        }
    }

    /// The machine's init may take a moment to reap what lost its parent.
    private func ended(_ pid: Int32) -> Bool {
        waitUntil { RuncContainer.hasEnded(pid) }
    }

    private func network(_ process: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
    }

    @Test func workloadsFindsIt() throws {
        var options = ContainerOptions()
        options.annotations = ["org.opencontainers.image.ref.name": "sleep:1", "app": "x"]
        try RuncContainer.with(name: "found", command: ["/bin/sleep", "60"], options: options) {
            container in
            let directory = ContainerDirectory()
            let found = try directory.scan().find(container.id)
            #expect(found.runtime == .runc)
            #expect(found.cgroupPath == container.cgroupPath)
            #expect(found.image == "sleep:1")
            #expect(found.labels["app"] == "x")
            #expect(try found.initPID == container.pid())
            #expect(!found.privileged)
            let nested = container.cgroupPath + "/nested"
            #expect(directory.container(forCgroupPath: nested)?.id == container.id)

            let hierarchy = try CgroupHierarchy.find()
            let attributes = try FileManager.default.attributesOfItem(
                atPath: hierarchy.directory(ofPath: container.cgroupPath))
            let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
            #expect(try hierarchy.id(ofPath: container.cgroupPath) == inode)
            #expect(try CgroupGuard(hierarchy).check(container.cgroupPath) == inode)
        }
    }
}
