import ContainerHarness
import Foundation

/// A container's files as it has them, looked at from outside; links are not followed.
struct InsideView {
    private let root: String

    init(_ container: RuncContainer) throws { root = try "/proc/\(container.pid())/root" }

    func isThere(_ path: String) -> Bool { (try? attributes(path)) != nil }

    func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: root + path).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func mode(_ path: String) throws -> Int {
        (try attributes(path)[.posixPermissions] as? NSNumber)?.intValue ?? 0
    }

    func owner(_ path: String) throws -> Int {
        (try attributes(path)[.ownerAccountID] as? NSNumber)?.intValue ?? -1
    }

    func hasAttribute(_ path: String, _ name: String) throws -> Bool {
        let script = "my ($p, $n, $v) = (@ARGV, '_' x 64); exit(syscall(191, $p, $n, $v, 64) < 0)"
        return try Command.run(["perl", "-e", script, root + path, name]).status == 0
    }

    func setAttribute(_ path: String, _ name: String) throws {
        let script = "my ($p, $n, $v) = (@ARGV, 'x'); exit(syscall(188, $p, $n, $v, 1, 0) < 0)"
        try Command.run(["perl", "-e", script, root + path, name]).expectSuccess("setxattr")
    }

    func move(_ path: String, to new: String) throws {
        try Command.run(["mv", "-fT", root + path, root + new]).expectSuccess("mv \(path)")
    }

    func copy(_ path: String, to new: String) throws {
        try Command.run(["cp", root + path, root + new]).expectSuccess("cp \(path)")
    }

    /// 1.html and so on.
    func makePages(_ count: Int, below directory: String) throws {
        try FileManager.default.createDirectory(
            atPath: root + directory, withIntermediateDirectories: true)
        for number in 1...count {
            try Data("page \(number)\n".utf8)
                .write(to: URL(fileURLWithPath: "\(root)\(directory)/\(number).html"))
        }
    }

    func remove(_ path: String) { try? FileManager.default.removeItem(atPath: root + path) }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: root + path, withDestinationPath: target)
    }

    private func attributes(_ path: String) throws -> [FileAttributeKey: Any] {
        try FileManager.default.attributesOfItem(atPath: root + path)
    }
}
