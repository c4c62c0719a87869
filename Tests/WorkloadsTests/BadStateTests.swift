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
