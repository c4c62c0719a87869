import ContainerHarness
import Foundation
import Testing

extension EndToEnd {
    /// A program and a library are what they were when they were learned, wherever they lie.
    @Suite(.serialized) struct Contents {
        @Test func whatIsNotTheLearnedContentDoesNotRun() async throws {
            try await EndToEnd.withFolder { folder in
                let place = try ContentPlace()
                defer { place.container.delete() }
                let profile = folder + "/p.yaml"
                try place.learn(into: profile)
                try place.hold(profile) { watch in
                    try place.allWorks(watch)
                    for replacement in Replacement.allCases where replacement != .bindMount {
                        try place.replaced(by: replacement, watch)
                    }
                    try place.libraryIsReplaced(watch)
                    try place.loaderRunsAnother(watch)
                    try place.allWorks(watch)
                    try place.lowerLayerIsWritten(watch)
                }
                let upgraded = folder + "/upgraded.yaml"
                try FileManager.default.copyItem(atPath: profile, toPath: upgraded)
                try place.upgrade(upgraded)
                try place.write(ContentPlace.tool, place.first, inPlace: false)
                // The mount stays as long as the container.
                try place.hold(profile) { try place.replaced(by: .bindMount, $0) }
            }
        }

        /// On an overlay a mapping's writes leave no trace in what `stat` shows.
        @Test func whatIsWrittenThroughAMappingIsSeen() async throws {
            try await EndToEnd.withFolder { folder in
                let place = try ContentPlace()
                defer { place.container.delete() }
                let profile = folder + "/p.yaml"
                try place.learn(into: profile)
                try place.hold(profile) { watch in
                    for endsBefore in [true, false] {
                        #expect(try place.run([ContentPlace.tool]) == ContentPlace.firstToken)
                        var mapping: Mapping? = try place.mapTool()
                        mapping?.write(place.second)
                        if endsBefore { mapping = nil }
                        try place.expectKilled("mapped, \(endsBefore)", watch)
                        mapping = nil
                        try place.mapTool().write(place.first)
                    }
                    #expect(try place.run([ContentPlace.tool]) == ContentPlace.firstToken)
                }
                // A page that is dirty when the content is looked at changes without a new ctime.
                let mapping = try place.mapTool()
                mapping.write(place.first)
                usleep(100_000)
                try place.hold(profile) { watch in
                    usleep(1_000_000)
                    mapping.write(place.second)
                    mapping.end()
                    try place.expectKilled("mapped before", watch)
                }
            }
        }

        @Test func whoOnlyWatchesIsTold() async throws {
            try await EndToEnd.withFolder { folder in
                let place = try ContentPlace()
                defer { place.container.delete() }
                let profile = folder + "/p.yaml"
                try place.learn(into: profile)
                try place.hold(profile, mode: "monitor") { watch in
                    try place.write(ContentPlace.tool, place.second, inPlace: true)
                    #expect(try place.run([ContentPlace.tool]) == ContentPlace.secondToken)
                    // A second time, as the first may be over before anybody looks.
                    _ = try place.run(["/usr/bin/perl", "-e", "exec '\(ContentPlace.tool)'"])
                    let alerts = try watch.alerts(after: 0) { $0.content == "changed" }
                    #expect(alerts.contains { $0.verdict == "flagged" })
                }
            }
        }
    }
}

/// Ways to have another program at a path that is allowed.
private enum Replacement: CaseIterable {
    case inPlace, rename, hardLink, bindMount, symlinkedDirectory
}

/// A container with two programs and a library.
private struct ContentPlace {
    static let tool = "/srv/tools/tool"
    static let other = "/srv/tools/other"
    static let library = "/srv/lib.so"
    static let program = "/srv/program"
    static let firstToken = "first-token"
    /// As long as the first: the file keeps its size.
    static let secondToken = "other-token"

    let container: RuncContainer
    let first: [UInt8]
    let second: [UInt8]

    init() throws {
        first = try TinyProgram.elf(printing: Self.firstToken)
        second = try TinyProgram.elf(printing: Self.secondToken)
        var options = ContainerOptions()
        options.files = [
            ContainerFile(Self.tool, first, mode: 0o755),
            ContainerFile(Self.other, second, mode: 0o755),
            ContainerFile(Self.library, Self.systemLibrary("libz.so.1"), mode: 0o755),
            ContainerFile(Self.program, Self.file("/usr/bin/cat"), mode: 0o755),
        ]
        container = RuncContainer(
            name: "content", command: ["/usr/bin/sleep", "1000"], options: options)
        try container.start()
    }

    private static func file(_ path: String) -> [UInt8] {
        Array(FileManager.default.contents(atPath: path) ?? Data())
    }

    private static func systemLibrary(_ name: String) -> [UInt8] {
        file("/usr/lib/x86_64-linux-gnu/" + name)
    }

    func run(_ command: [String]) throws -> String { try container.exec(command).stdout }

    private func load() throws -> String {
        try run([
            "/usr/bin/perl", "-MDynaLoader", "-e",
            "print DynaLoader::dl_load_file('\(Self.library)', 0) ? 'loaded' : 'no'",
        ])
    }

    private func runByLoader() throws -> String {
        try run(["/lib64/ld-linux-x86-64.so.2", Self.program, "/etc/hostname"])
    }

    func learn(into profile: String) throws {
        let learn = try LoadlineProgram.start([
            "learn", "--container", container.id, "--digests", "all", "-o", profile,
        ])
        try learn.waitFor("learning ")
        for _ in 0..<2 {
            #expect(try run([Self.tool]) == Self.firstToken)
            #expect(try run([Self.other]) == Self.secondToken)
            #expect(try run(["/usr/bin/perl", "-e", "exec '\(Self.tool)'"]) == Self.firstToken)
            #expect(try load() == "loaded")
            #expect(try !runByLoader().isEmpty)
        }
        let status = try learn.stop()
        try #require(status == 0, "\(learn.output)")
        let text = try String(contentsOfFile: profile, encoding: .utf8)
        for path in [Self.tool, Self.other, Self.library, Self.program] {
            let sum = try Command.run(["sha256sum", container.rootDirectory + path]).stdout
            #expect(text.contains(sum.prefix(64)), "\(path) \(sum) in \(text)")
        }
    }

    func hold(
        _ profile: String, mode: String = "enforce", _ body: (LoadlineProcess) throws -> Void
    ) throws {
        let watch = try LoadlineProgram.start([
            "watch", "--profile", profile, "--container", container.id, "--mode", mode,
            "--format", "json",
        ])
        try watch.waitFor("watching ")
        try body(watch)
        _ = try watch.stop()
    }

    func allWorks(_ watch: LoadlineProcess) throws {
        let before = try watch.alerts().count
        for _ in 0..<2 {
            #expect(try run([Self.tool]) == Self.firstToken)
            #expect(try run([Self.other]) == Self.secondToken)
            #expect(try load() == "loaded")
            #expect(try !runByLoader().isEmpty)
        }
        usleep(300_000)
        #expect(try watch.alerts().dropFirst(before).isEmpty, "\(watch.output)")
    }

    // MARK: Other contents

    private static func move(_ old: String, _ new: String) throws {
        try Command.run(["mv", "-fT", old, new]).expectSuccess("mv \(old)")
    }

    /// Writes from outside; in place, the time of change of the content is set back.
    func write(_ path: String, _ content: [UInt8], inPlace: Bool) throws {
        let full = try "/proc/\(container.pid())/root" + path
        guard inPlace else {
            try container.plant(ContainerFile(path + ".new", content, mode: 0o755))
            try Self.move(full + ".new", full)
            return
        }
        let manager = FileManager.default
        let before = try manager.attributesOfItem(atPath: full)[.modificationDate] as? Date
        let file = try #require(FileHandle(forWritingAtPath: full))
        try file.write(contentsOf: Data(content))
        try file.truncate(atOffset: UInt64(content.count))
        try file.close()
        try manager.setAttributes([.modificationDate: before ?? Date()], ofItemAtPath: full)
    }

    func replaced(by replacement: Replacement, _ watch: LoadlineProcess) throws {
        let root = try "/proc/\(container.pid())/root"
        let inside = try ["nsenter", "-t", "\(container.pid())", "-m"]
        switch replacement {
        case .inPlace: try write(Self.tool, second, inPlace: true)
        case .rename: try write(Self.tool, second, inPlace: false)
        case .hardLink:
            try container.removeFile(Self.tool)
            try Command.run(["ln", root + Self.other, root + Self.tool]).expectSuccess("ln")
        case .bindMount:
            try Command.run(inside + ["mount", "--bind", Self.other, Self.tool])
                .expectSuccess("mount")
        case .symlinkedDirectory:
            try Self.move(root + "/srv/tools", root + "/srv/away")
            try container.plant(ContainerFile(Self.tool, second, mode: 0o755))
        }
        for _ in 0..<2 {
            let alert = try expectKilled("\(replacement)", watch)
            #expect(alert?.foundSHA256 != nil && alert?.expectedSHA256?.count == 1)
        }
        switch replacement {
        case .inPlace: try write(Self.tool, first, inPlace: true)
        case .rename, .hardLink: try write(Self.tool, first, inPlace: false)
        case .bindMount: return
        case .symlinkedDirectory:
            try container.removeFile("/srv/tools")
            try Self.move(root + "/srv/away", root + "/srv/tools")
        }
        #expect(try run([Self.tool]) == Self.firstToken, "\(replacement)")
    }

    @discardableResult
    func expectKilled(
        _ how: String, of path: String = Self.tool, _ watch: LoadlineProcess
    ) throws -> PrintedAlert? {
        let before = try watch.alerts().count
        #expect(try run([path]) == "", "\(how)")
        let alert = try watch.alerts(after: before) { $0.object == path }
            .first { $0.verdict == "killed" && $0.dimension == "exec" && $0.content == "changed" }
        #expect(alert != nil, "\(how): \(watch.output.suffix(2000))")
        return alert
    }

    func mapTool() throws -> Mapping {
        try Mapping("/proc/\(container.pid())/root" + Self.tool, count: first.count)
    }

    /// A program of the image's own is what it was, also when it has been copied up.
    func lowerLayerIsWritten(_ watch: LoadlineProcess) throws {
        let path = "/usr/bin/perl"
        let whole = try "/proc/\(container.pid())/root" + path
        let before = try watch.alerts().count
        try Command.run(["chmod", "0755", whole]).expectSuccess("chmod")
        #expect(try run([path, "-e", "print 1"]) == "1")
        #expect(try watch.alerts().count == before, "\(watch.output)")
        try write(path, Self.file(path) + [0], inPlace: true)
        try expectKilled("copied up", of: path, watch)
    }

    func libraryIsReplaced(_ watch: LoadlineProcess) throws {
        for inPlace in [true, false] {
            let before = try watch.alerts().count
            try write(Self.library, Self.systemLibrary("libm.so.6"), inPlace: inPlace)
            #expect(try load() == "")
            let alerts = try watch.alerts(after: before) { $0.object == Self.library }
            #expect(
                alerts.contains {
                    $0.verdict == "killed" && $0.dimension == "file" && $0.access == ["map"]
                        && $0.content == "changed"
                }, "\(alerts)")
            try write(Self.library, Self.systemLibrary("libz.so.1"), inPlace: inPlace)
            #expect(try load() == "loaded")
        }
    }

    func loaderRunsAnother(_ watch: LoadlineProcess) throws {
        let before = try watch.alerts().count
        try write(Self.program, Self.file("/usr/bin/tac"), inPlace: true)
        #expect(try runByLoader() == "")
        let alerts = try watch.alerts(after: before) { $0.object == Self.program }
        #expect(alerts.contains { $0.verdict == "killed" && $0.content == "changed" }, "\(alerts)")
        try write(Self.program, Self.file("/usr/bin/cat"), inPlace: true)
    }

    /// An image's new version: both contents stand in the profile.
    func upgrade(_ profile: String) throws {
        let sums = try [Self.tool, Self.other].map {
            String(try Command.run(["sha256sum", container.rootDirectory + $0]).stdout.prefix(64))
        }
        try #require(Set(sums).count == 2)
        let both = try String(contentsOfFile: profile, encoding: .utf8)
            .replacing("\"\(sums[0])\"", with: "\"\(sums[0])\", \"\(sums[1])\"")
        try both.write(toFile: profile, atomically: true, encoding: .utf8)
        try hold(profile) { watch in
            #expect(try run([Self.tool]) == Self.firstToken)
            try write(Self.tool, second, inPlace: false)
            #expect(try run([Self.tool]) == Self.secondToken)
            try write(Self.tool, first + [0], inPlace: false)
            #expect(try run([Self.tool]) == "")
            #expect(try watch.alerts(after: 0) { _ in true }.count == 1, "\(watch.output)")
        }
    }
}

/// A file's pages, shared and writable, with no descriptor of it left.
@safe private final class Mapping {
    private let start: UnsafeMutableRawPointer
    private let count: Int
    private var isThere = true

    init(_ path: String, count: Int) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        let found = unsafe mmap(
            nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, file.fileDescriptor, 0)
        guard let start = unsafe found, unsafe start != MAP_FAILED else {
            throw HarnessError("cannot map \(path): \(errno)")
        }
        unsafe self.start = start
        self.count = count
        try file.close()
    }

    func write(_ bytes: [UInt8]) {
        unsafe UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: bytes)
    }

    func end() {
        if isThere { unsafe munmap(start, count) }
        isThere = false
    }

    deinit { end() }
}
