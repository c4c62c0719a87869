import Foundation
import Testing

@testable import Workloads

@Suite struct BadStateTests {
    @Test(arguments: [
        ("", "empty"), ("{\"id\":\"b\",\"init_pro", "half written"), ("[1,2]", "not the expected"),
        ("{\"id\":7}", "id"),
        ("{\"id\":\"b\",\"init_process_pid\":99999999999}", "not the expected"),
        ("<deep>", "not the expected"),
        ("{\"id\":\"b\",\"config\":{\"labels\":\"x\"}}", "config.labels"),
    ])
    func isReportedAndTheOthersAreFound(content: String, reason: String) throws {
        let tree = try FixtureTree()
        let deep = String(repeating: "[", count: 100_000)
        try tree.write("/run/runc/bad/state.json", content == "<deep>" ? deep : content)
        try tree.write("/run/runc/good/state.json", #"{"id":"good"}"#)
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.containers.map(\.id) == ["good"])
        #expect(listing.problems.count == 1)
        let problem = try #require(listing.problems.first)
        #expect(problem.path == tree.root + "/run/runc/bad/state.json")
        #expect(problem.description.contains(reason), "\(problem)")
    }

    /// Each runtime's file cut at every seventh byte, and with every seventh byte changed: never
    /// a crash, and never silence about a file that is no JSON.
    @Test(arguments: [
        (
            "/run/runc/x/state.json",
            #"{"id":"x","init_process_pid":1,"cgroup_paths":{"":"/sys/fs/cgroup/x"},"config":{"labels":["a=b"]}}"#
        ),
        ("/run/crun/x/status", #"{"pid":1,"cgroup-path":"/x","rootfs":"/r","bundle":"/b"}"#),
        (
            "/run/containerd/io.containerd.runtime.v2.task/k8s.io/x/config.json",
            #"{"annotations":{"io.kubernetes.cri.container-type":"container"},"linux":{"cgroupsPath":"a-b.slice:c:x"}}"#
        ),
        (
            "/run/containers/storage/overlay-containers/x/userdata/config.json",
            #"{"annotations":{"io.kubernetes.cri-o.ContainerType":"container","io.kubernetes.cri-o.Labels":"{\"a\":\"b\"}"}}"#
        ),
        (
            "/var/lib/containers/storage/overlay-containers/containers.json",
            #"[{"id":"x","names":["n"],"metadata":"{\"name\":\"n\"}"}]"#
        ),
        (
            "/var/lib/docker/containers/x/config.v2.json",
            #"{"ID":"x","Name":"/n","Config":{"Image":"i","Labels":{"a":"b"}},"State":{"Running":true,"Pid":1}}"#
        ),
    ])
    func damageIsReportedNeverACrash(path: String, content: String) throws {
        let tree = try FixtureTree()
        let directory = ContainerDirectory(root: tree.root)
        let bytes = Array(content.utf8)
        try tree.write(path, content)
        #expect(directory.scan().containers.map(\.id) == ["x"])
        let file = URL(fileURLWithPath: tree.root + path)
        for place in stride(from: 0, to: bytes.count, by: 7) {
            try Data(bytes[..<place]).write(to: file)
            let cut = directory.scan()
            #expect(cut.problems.count == 1 && cut.containers.isEmpty, "cut at \(place)")
            for value: UInt8 in [0, 0x22, 0x5b, 0xff] {
                var changed = bytes
                changed[place] = value
                try Data(changed).write(to: file)
                let listing = directory.scan()
                #expect(listing.problems.count + listing.containers.count == 1, "at \(place)")
            }
        }
    }

    @Test func tooLargeIsNotRead() throws {
        let tree = try FixtureTree()
        try tree.write("/run/runc/bad/state.json", "")
        let handle = try #require(
            FileHandle(forWritingAtPath: tree.root + "/run/runc/bad/state.json"))
        try handle.truncate(atOffset: UInt64(HostFiles.byteLimit) + 1)
        let problems = ContainerDirectory(root: tree.root).scan().problems
        #expect(problems.map(\.reason) == ["larger than 16777216 bytes"])
    }

    @Test func aDirectoryInPlaceOfAFileAndALinkLoop() throws {
        let tree = try FixtureTree()
        try tree.write("/run/runc/bad/state.json/x", "")
        try tree.link("/run/containerd", to: "/run/containerd")
        let problems = ContainerDirectory(root: tree.root).scan().problems
        #expect(problems.contains { $0.reason == "not a regular file" })
        #expect(problems.contains { $0.reason.contains("links") })
    }

    @Test func linksStayBelowTheRoot() throws {
        let tree = try FixtureTree()
        try tree.write("/run/runc/web/state.json", #"{"id":"web"}"#)
        try tree.link("/a", to: "../../../../../run")
        let files = HostFiles(root: tree.root + "/")
        #expect(try files.resolve("/a/runc") == tree.root + "/run/runc")
        #expect(try files.names(in: "/a/runc") == ["web"])
        #expect(try files.names(in: "/absent").isEmpty)
    }

    @Test func anEmptyMachineHasNoContainersAndNoProblems() throws {
        let tree = try FixtureTree()
        let listing = ContainerDirectory(root: tree.root).scan()
        #expect(listing.containers.isEmpty && listing.problems.isEmpty)
    }
}
