import Foundation
import Kernel
import Testing

/// Paths as another process would follow them; here this one's, in a directory of its own.
@Suite struct ForeignRootTests {
    private let root: ForeignRoot
    private let folder: String
    private let own = UInt32(ProcessInfo.processInfo.processIdentifier)

    init() throws {
        root = try #require(ForeignRoot(ofProcess: own))
        let made = NSTemporaryDirectory() + "loadline-paths-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: made + "/real/deep", withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: made + "/real/file", contents: nil))
        for (name, target) in [
            ("way", "real"), ("absolute", made + "/real"), ("last", "real/file"), ("loop", "loop"),
            ("nowhere", "real/none/x"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: made + "/" + name, withDestinationPath: target)
        }
        folder = made
    }

    private func resolve(_ path: String, itself: Bool = true) -> String? {
        root.resolve(Array((folder + path).utf8), itself: itself, process: own)
            .map { String(decoding: $0.bytes, as: UTF8.self).replacing(folder, with: "") }
    }

    @Test func objects() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(resolve("/real/file") == "/real/file")
        // Links in the middle are followed, the last one only where the call does.
        #expect(resolve("/way/file") == "/real/file")
        #expect(resolve("/absolute/deep/../file") == "/real/file")
        #expect(resolve("/last") == "/last")
        #expect(resolve("/last", itself: false) == "/real/file")
        #expect(resolve("//way/./deep/", itself: false) == "/real/deep")
        // What is gone, also with the directory that it was in.
        #expect(resolve("/way/gone") == "/real/gone")
        #expect(resolve("/way/gone/a/../b") == "/real/gone/b")
        #expect(resolve("/nowhere", itself: false) == "/real/none/x")
        #expect(resolve("/real/file/x") == "/real/file/x")
        #expect(resolve("/loop/x") == nil)
    }

    /// A directory as a root of its own: neither .. nor a link leads out of it.
    @Test func directories() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let below = try #require(root.directory(Array((folder + "/way").utf8)))
        for (path, place) in [
            ("/file", "/real/file"), ("//deep/../../../file", "/real/file"), ("", "/real"),
            ("/none", "/real/none"),
        ] {
            let found = below.resolve(Array(path.utf8), itself: false, process: own)
            #expect(
                found.map { String(decoding: $0.bytes, as: UTF8.self) } == folder + place,
                "\(path)")
        }
        #expect(root.directory(Array((folder + "/nowhere").utf8)) == nil)
    }

    /// A file that was made without a name is none that a rule could hold until it is given one: then
    /// it is found by the name that the kernel has for it. So is a file that has lost one of its names.
    @Test func filesWithoutAName() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let unnamed: Int32 = 0o20_200_000
        let fd = unsafe open(folder, unnamed | O_RDWR | O_CLOEXEC, 0o600)
        try #require(fd >= 0, "errno \(errno)")
        defer { Foundation.close(fd) }
        let path = Array("/proc/self/fd/\(fd)".utf8)
        for isNamed in [false, true] {
            if isNamed {
                let name = folder + "/named"
                let linked = unsafe linkat(
                    AT_FDCWD, "/proc/self/fd/\(fd)", AT_FDCWD, name, AT_SYMLINK_FOLLOW)
                try #require(linked == 0, "errno \(errno)")
            }
            let found = root.resolve(path, itself: false, process: own)
            #expect(found?.isDeleted == !isNamed, "\(isNamed) \(String(describing: found))")
            let name = String(decoding: found?.bytes ?? [], as: UTF8.self)
            #expect(
                name.starts(with: folder + "/#") && name.last?.isNumber == true,
                "\(isNamed) \(name)")
        }
        let first = folder + "/first"
        let other = unsafe open(first, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        try #require(other >= 0)
        defer { Foundation.close(other) }
        try #require(unsafe link(first, folder + "/second") == 0 && unlink(first) == 0)
        let found = root.resolve(
            Array("/proc/self/fd/\(other)".utf8), itself: false, process: own)
        #expect(found?.isDeleted == false)
        #expect(found?.bytes == Array((first + " (deleted)").utf8))
    }

    @Test func throughProcesses() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for through in ["/proc/self/root", "/proc/\(own)/root", "/proc/self/task/\(own)/root"] {
            let path = Array((through + folder + "/way/file").utf8)
            let found = root.resolve(path, itself: true, process: own)?.bytes
            #expect(found == Array((folder + "/real/file").utf8), "\(through)")
        }
    }

    /// At a container's end all its mounts go while its last records are read: a path that was
    /// found on one of them may not come out without its beginning.
    @Test func whileTheMountsGo() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mountPoint = folder + "/real/deep"
        let given = Array((folder + "/way/deep/file").utf8)
        var answers = Set<[UInt8]?>()
        let before = try Self.openFiles()
        for _ in 0..<200 {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/unshare")
            process.arguments = [
                "-m", "sh", "-c", "mount -t tmpfs none '\(mountPoint)' && echo && exec cat",
            ]
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            defer { Self.close([input, output]) }
            #expect(!output.fileHandleForReading.availableData.isEmpty)
            let other = try #require(ForeignRoot(ofProcess: UInt32(process.processIdentifier)))
            try input.fileHandleForWriting.close()
            while process.isRunning {
                answers.insert(other.resolve(given, itself: true, process: own)?.bytes)
            }
            process.waitUntilExit()
        }
        #expect(answers == [Array((mountPoint + "/file").utf8)])
        #expect(try Self.openFiles() <= before + 20)
    }

    private static func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// What stays open here is inherited by all that later tests start.
    private static func close(_ pipes: [Pipe]) {
        for pipe in pipes {
            try? pipe.fileHandleForReading.close()
            try? pipe.fileHandleForWriting.close()
        }
    }
}
