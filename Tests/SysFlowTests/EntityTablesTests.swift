import Testing

@testable import SysFlow

struct EntityTablesTests {
    static func process(
        _ pid: Int64, parent: Int64? = nil, container: String? = nil, exe: String = "/bin/sh"
    ) -> Record {
        .process(
            Process(
                state: .created, oid: ProcessID(createTime: 0, hostPID: pid),
                parent: parent.map { ProcessID(createTime: 0, hostPID: $0) }, time: 0, exe: exe,
                exeArgs: "", uid: 0, gid: 0, containerID: container))
    }

    static func file(_ path: String) -> Record {
        .file(
            File(
                state: .created, oid: FileID(containerID: "", path: path), time: 0,
                resourceType: 102, path: path, containerID: nil))
    }

    static func container(_ id: String, pod: String? = nil) -> Record {
        .container(
            Container(
                id: id, name: id, image: "", imageID: "", type: .docker, privileged: false,
                podID: pod))
    }

    static func event(_ pid: Int64) -> Record {
        .processEvent(
            ProcessEvent(
                process: ProcessID(createTime: 0, hostPID: pid), time: 1, tid: pid,
                operations: .exec, result: 0))
    }

    static func rename(_ pid: Int64, _ path: String, _ newPath: String?) -> Record {
        .fileEvent(
            FileEvent(
                process: ProcessID(createTime: 0, hostPID: pid), time: 1, tid: pid,
                operations: .rename, file: FileID(containerID: "", path: path), result: 0,
                newFile: newPath.map { FileID(containerID: "", path: $0) }))
    }

    @Test func everythingThatIsCitedIsFound() throws {
        var tables = EntityTables()
        for record in Samples.entities { #expect(joins(record, &tables) == nil) }
        let rename = try joined(Samples.flows[3], &tables)
        #expect(rename.kind == .fileEvent && rename.operations == .rename && rename.result == 0)
        let process = try #require(rename.process)
        #expect(tables.processes.values[Int(process.slot)].oid == Samples.shell)
        let parent = try #require(rename.parent)
        #expect(tables.processes.values[Int(parent.slot)].exe == "/sbin/init")
        let container = try #require(rename.container)
        #expect(tables.containers.values[Int(container.slot)].name == "web")
        let pod = try #require(rename.pod)
        #expect(tables.pods.values[Int(pod.slot)].id == "pod-1")
        let paths = try [rename.file, rename.newFile].map {
            tables.files.values[Int(try #require($0).slot)].path
        }
        #expect(paths == ["/etc/passwd", "/tmp/päss wörd"])
        #expect(tables.unresolved == EntityTables.Unresolved())
        #expect(tables.parent(of: process.slot) == parent.slot)
    }

    @Test func whatIsNotThereIsCounted() throws {
        var tables = EntityTables()
        _ = tables.join(Self.process(1, parent: 9, container: "c"))
        let first = try joined(Self.rename(1, "/a", "/b"), &tables)
        #expect(first.process != nil && first.parent == nil && first.container == nil)
        #expect(first.file == nil && first.newFile == nil)
        let second = try joined(Self.event(2), &tables)
        #expect(second.process == nil)
        #expect(
            tables.unresolved
                == EntityTables.Unresolved(processes: 1, parents: 1, containers: 1, files: 2))
        // What comes later is found later.
        for record in [
            Self.process(9), Self.container("c", pod: "p"), Self.file("/a"), Self.file("/b"),
        ] {
            _ = tables.join(record)
        }
        let third = try joined(Self.rename(1, "/a", "/b"), &tables)
        #expect(third.parent != nil && third.container != nil && third.newFile != nil)
        #expect(third.pod == nil && tables.unresolved.pods == 1)
    }

    @Test func aHeaderForgetsAll() throws {
        var tables = EntityTables()
        for record in Samples.entities { _ = tables.join(record) }
        let before = try joined(Samples.flows[3], &tables)
        let version = tables.headerVersion
        _ = tables.join(.header(Header(exporter: "other")))
        #expect(tables.header?.exporter == "other" && tables.headerVersion != version)
        #expect(tables.processes.count == 0 && tables.files.count == 0)
        let after = try joined(Samples.flows[3], &tables)
        #expect(after.process == nil && after.file == nil && after.container == nil)
        for record in Samples.entities { _ = tables.join(record) }
        let again = try joined(Samples.flows[3], &tables)
        #expect(again.process?.version != before.process?.version)
    }

    @Test func anEntityThatComesAgainHasANewVersionInItsSlot() throws {
        var tables = EntityTables()
        _ = tables.join(Self.process(1, parent: 2))
        _ = tables.join(Self.process(2, exe: "/old"))
        let before = try joined(Self.event(1), &tables)
        _ = tables.join(Self.process(2, exe: "/new"))
        let after = try joined(Self.event(1), &tables)
        #expect(after.process == before.process)
        #expect(after.parent?.slot == before.parent?.slot)
        #expect(after.parent?.version != before.parent?.version)
        let slot = Int(try #require(after.parent).slot)
        #expect(tables.processes.values[slot].exe == "/new")
    }

    @Test func memoryIsBoundedAndWhatIsUsedStays() throws {
        var tables = EntityTables(scale: 64)
        _ = tables.join(Self.process(0))
        _ = tables.join(Self.container("c"))
        _ = tables.join(Self.process(-1, container: "c"))
        for pid in 1...5000 {
            _ = tables.join(Self.process(Int64(pid), parent: 0))
            // Cited all the time, itself or as a parent.
            #expect(joins(Self.event(Int64(pid)), &tables)?.parent != nil)
            #expect(joins(Self.event(-1), &tables)?.container != nil)
        }
        #expect(tables.processes.count < 500 && tables.processes.count > 100)
        #expect(tables.processes.values.count < 502)
        #expect(tables.forgotten == 5002 - tables.processes.count)
        #expect(tables.unresolved == EntityTables.Unresolved())
        #expect(joins(Self.event(1), &tables)?.process == nil)
        #expect(tables.unresolved.processes == 1)
        let last = try #require(joins(Self.event(5000), &tables)?.process)
        #expect(tables.processes.values[Int(last.slot)].oid.hostPID == 5000)
    }

    @Test func oneEntityIsKeptHoweverLarge() throws {
        var tables = EntityTables(scale: 64)
        let huge = String(repeating: "x", count: 1 << 20)
        _ = tables.join(Self.process(1))
        _ = tables.join(Self.process(2, exe: huge))
        #expect(tables.processes.count == 1)
        #expect(joins(Self.event(2), &tables)?.process != nil)
        _ = tables.join(Self.process(3))
        #expect(tables.processes.count == 1)
        #expect(joins(Self.event(3), &tables)?.process != nil)
    }

    @Test func aLinkToWhatWasForgottenIsNotFollowed() throws {
        var tables = EntityTables(scale: 64)
        _ = tables.join(Self.container("c"))
        _ = tables.join(Self.process(1, container: "c"))
        #expect(joins(Self.event(1), &tables)?.container != nil)
        for number in 0..<1000 { _ = tables.join(Self.container("other-\(number)")) }
        let orphan = try joined(Self.event(1), &tables)
        #expect(orphan.container == nil && tables.unresolved.containers == 1)
        _ = tables.join(Self.container("c"))
        let place = try #require(joins(Self.event(1), &tables)?.container)
        #expect(tables.containers.values[Int(place.slot)].id == "c")
    }

    @Test func ancestorsMayFormACircle() throws {
        var tables = EntityTables()
        _ = tables.join(Self.process(1, parent: 2))
        _ = tables.join(Self.process(2, parent: 1))
        let place = try #require(joins(Self.event(1), &tables)?.process)
        let known = tables.parent(of: place.slot)
        let parent = try #require(known)
        #expect(tables.parent(of: parent) == place.slot)
    }
}

/// Outside the testing macros, which take no changing calls.
private func joins(_ record: Record, _ tables: inout EntityTables) -> Occurrence? {
    tables.join(record)
}

private func joined(_ record: Record, _ tables: inout EntityTables) throws -> Occurrence {
    let occurrence = tables.join(record)
    return try #require(occurrence)
}
