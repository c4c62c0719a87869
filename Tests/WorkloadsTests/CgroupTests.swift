import Foundation
import Testing

@testable import Workloads

@Suite struct CgroupTests {
    static let id = longID("ab")

    @Test(arguments: [
        (
            "/system.slice/docker-\(id).scope", "/system.slice/docker-\(id).scope",
            ContainerRuntime.docker
        ),
        ("/docker/\(id)/init", "/docker/\(id)", .docker),
        (
            "/kubepods.slice/kubepods-podx.slice/cri-containerd-\(id).scope/a/b",
            "/kubepods.slice/kubepods-podx.slice/cri-containerd-\(id).scope", .containerd
        ),
        ("/kubepods.slice/crio-\(id).scope", "/kubepods.slice/crio-\(id).scope", .crio),
        (
            "/machine.slice/libpod-\(id).scope/container", "/machine.slice/libpod-\(id).scope",
            .podman
        ),
        ("/kubepods/burstable/podx/\(id)", "/kubepods/burstable/podx/\(id)", nil),
        ("/docker/\(id)/docker/\(longID("ff"))", "/docker/\(id)", .docker),
    ])
    func wellKnownShapes(path: String, own: String, runtime: ContainerRuntime?) throws {
        let shapes = CgroupPathShape.candidates(path)
        let shape = try #require(shapes.first)
        #expect(shapes.count == 1)
        #expect(shape.confidence == .certain)
        #expect(shape.containerID == Self.id)
        #expect(shape.path == own)
        #expect(shape.runtime == runtime)
    }

    @Test(arguments: [
        "/", "/system.slice/ssh.service", "/init.scope", "/user.slice/user-0.slice",
        "/machine.slice/libpod-conmon-\(id).scope", "/system.slice/crio-conmon-\(id).scope",
        "/../docker-\(id).scope",
    ])
    func noContainer(path: String) { #expect(CgroupPathShape.candidates(path).isEmpty) }

    @Test func chosenNamesAreOnlyPossible() {
        let shapes = CgroupPathShape.candidates("/ns/web/child")
        #expect(shapes.map(\.containerID) == ["ns", "web"])
        #expect(shapes.map(\.path) == ["/ns", "/ns/web"])
        #expect(shapes.allSatisfy { $0.confidence == .possible })
        let scope = CgroupPathShape.candidates("/system.slice/runc-web.scope/x")
        #expect(scope.map(\.containerID) == ["web"])
        #expect(scope.map(\.path) == ["/system.slice/runc-web.scope"])
    }

    @Test(arguments: [
        ("a-b-c.slice:crio:x", "/a.slice/a-b.slice/a-b-c.slice/crio-x.scope"),
        (":docker:x", "/system.slice/docker-x.scope"), ("-.slice:p:x", "/p-x.scope"),
        ("/kubepods/x", "/kubepods/x"), ("a:b", nil), ("a--b.slice:c:d", nil), ("noslice:c:d", nil),
        ("", nil),
    ])
    func systemdNames(given: String, path: String?) {
        #expect(SystemdSlice.cgroupPath(given) == path)
    }

    @Test func mountPointsFromMountinfo() {
        let text = """
            31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
            38 31 0:35 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:3 - cgroup2 cgroup2 rw
            42 31 0:38 / /mnt/a\\040b\\134 rw - cgroup2 cgroup2 rw
            short - cgroup2
            """
        #expect(
            CgroupHierarchy.unifiedMounts(text) == ["/sys/fs/cgroup/unified", "/mnt/a b\\"])
        #expect(throws: CgroupError.notMounted) { try CgroupHierarchy.find(mountInfo: "") }
        #expect(throws: CgroupError.partial(["/tmp"])) {
            try CgroupHierarchy.find(mountInfo: "1 2 0:3 / /tmp rw - cgroup2 c rw")
        }
    }

    @Test func thisMachinesHierarchyAndTheGuard() throws {
        let hierarchy = try CgroupHierarchy.find()
        #expect(try hierarchy.id(ofPath: "/") == CgroupHierarchy.rootID)
        #expect(try hierarchy.path(fromArgument: hierarchy.mountPoint + "/") == "/")
        let own = try CgroupGuard(hierarchy)
        // True in a cgroup namespace of one's own, too.
        let members = try String(
            contentsOfFile: hierarchy.directory(ofPath: own.ownPath) + "/cgroup.procs",
            encoding: .utf8)
        let pid = String(ProcessInfo.processInfo.processIdentifier)
        #expect(members.split(separator: "\n").contains(Substring(pid)))
        #expect(throws: CgroupError.isRoot) { try own.check("/") }
        #expect(throws: CgroupError.absent("/no-such", mountPoint: hierarchy.mountPoint)) {
            try own.check("/no-such")
        }
        #expect(throws: CgroupError.notAPath("/../x")) { try own.check("/../x") }
        #expect(throws: CgroupError.notAPath("x")) { try own.check("x") }
    }

    @Test func theGuardKeepsItsOwnCgroupApart() throws {
        let tree = try FixtureTree()
        try tree.write("/a/own/x", "")
        try tree.write("/b/x", "")
        let own = CgroupGuard(CgroupHierarchy(mountPoint: tree.root), ownPath: "/a/own")
        #expect(throws: CgroupError.isOwn("/a/own")) { try own.check("/a/own/") }
        #expect(throws: CgroupError.containsOwn("/a", own: "/a/own")) { try own.check("/a") }
        #expect(try own.check("/b") == CgroupHierarchy.inode(tree.root + "/b"))
    }
}
