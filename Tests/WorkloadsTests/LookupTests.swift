import Testing

@testable import Workloads

@Suite struct LookupTests {
    private func container(_ id: String, _ name: String, cgroup: String? = nil) -> ContainerInfo {
        var info = ContainerInfo(id: id, name: name, runtime: .docker)
        info.cgroupPath = cgroup
        return info
    }

    private var listing: ContainerListing {
        ContainerListing(
            containers: [
                container(longID("aa1"), "web"), container(longID("aa2"), "db"),
                container(longID("b"), "web"), container("cc", "cc"),
            ], problems: [StateProblem(path: "/p", reason: "bad")])
    }

    private func failure(_ query: String) -> String {
        do {
            return try "found \(listing.find(query).id)"
        } catch {
            return "\(error)"
        }
    }

    @Test func byIDNameAndUniquePrefix() throws {
        #expect(try listing.find(longID("aa1")).name == "web")
        #expect(try listing.find("db").id == longID("aa2"))
        #expect(try listing.find("b0").id == longID("b"))
    }

    @Test func ambiguityListsTheCandidates() {
        #expect(failure("web").contains("2 containers fit \"web\""))
        #expect(failure("web").contains("web (aa1000000000), web (b00000000000)"))
        #expect(failure("aa").contains("2 containers fit"))
    }

    @Test func theRunningOneIsMeant() throws {
        var running = container(longID("d1"), "web")
        running.initPID = 7
        let ended = container(longID("d2"), "web")
        let listing = ContainerListing(containers: [ended, running, ended])
        #expect(try listing.find("web") == running)
        #expect(try listing.find("d") == running)
        #expect(try listing.find(ended.id) == ended)
    }

    @Test func aThousandContainersAreReadQuickly() throws {
        let tree = try FixtureTree()
        let filler = String(repeating: #"{"source":"proc","flags":0,"data":""},"#, count: 150)
        for number in 0..<1_000 {
            try tree.write(
                "/run/runc/c\(number)/state.json",
                #"{"id":"c\#(number)","config":{"mounts":[\#(filler){}]},"cgroup_paths":{"":"/sys/fs/cgroup/c\#(number)"}}"#
            )
        }
        let clock = ContinuousClock()
        var listing = ContainerListing(containers: [])
        let duration = clock.measure { listing = ContainerDirectory(root: tree.root).scan() }
        #expect(listing.containers.count == 1_000 && listing.problems.isEmpty)
        #expect(duration < .seconds(20), "\(duration)")
        print("scan of 1,000 containers of 6 KB state: \(duration)")
    }

    @Test func absenceListsWhatThereIs() {
        #expect(failure("zz").contains("there are: web (aa1000000000)"))
        #expect(failure("zz").contains("1 state files could not be read, the first: /p: bad"))
        #expect(failure("").contains("no container has the name"))
    }

    @Test func manyCandidatesAreCounted() {
        let many = ContainerListing(containers: (0..<30).map { container("id\($0)", "id\($0)") })
        #expect(throws: ContainerLookupError.self) { try many.find("id") }
        do {
            _ = try many.find("id")
        } catch {
            #expect("\(error)".contains("and 20 more"))
        }
    }

    @Test func nestedCgroupsBelongToTheNearestKnownContainer() {
        let listing = ContainerListing(containers: [
            container("a", "a", cgroup: "/x"), container("b", "b", cgroup: "/x/y"),
            container(longID("c"), "c"),
        ])
        #expect(listing.container(forCgroupPath: "/x")?.id == "a")
        #expect(listing.container(forCgroupPath: "/x/z/y")?.id == "a")
        #expect(listing.container(forCgroupPath: "/x/y/z")?.id == "b")
        #expect(listing.container(forCgroupPath: "/xy") == nil)
        #expect(listing.container(forCgroupPath: "/") == nil)
        let scope = "/system.slice/docker-\(longID("c")).scope/init.scope"
        #expect(listing.container(forCgroupPath: scope)?.name == "c")
    }

    @Test func fromDiskByCgroupPath() throws {
        let tree = try FixtureTree()
        let directory = ContainerDirectory(root: tree.root)
        #expect(directory.container(forCgroupPath: "/ns/web") == nil)
        try tree.write(
            "/run/runc/web/state.json",
            #"{"id":"web","cgroup_paths":{"":"/sys/fs/cgroup/ns/web"}}"#)
        #expect(directory.container(forCgroupPath: "/ns/web/child")?.id == "web")
        #expect(directory.container(forCgroupPath: "/other/web") == nil)
        #expect(directory.scan(id: "../runc/web").containers.isEmpty)
        #expect(directory.scan(id: "web").containers.count == 1)
    }
}
